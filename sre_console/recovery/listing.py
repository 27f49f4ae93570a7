"""Backups and restores as somebody looks for them: filtered and ordered alike by API and pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from ironclad.errors import FieldsInvalid
from sre_console.models import BackupRun, RestoreRun
from sre_console.models.recovery import STATES

BACKUP_KINDS = ("full", "diff", "incr", "dump")
RESTORE_KINDS = ("restore", "validation", "drill")
LONGEST = 200  # characters of `q`
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listing:
    """What may be asked of a list. `orders` name the fields that they order by."""

    choices: Mapping[str, tuple[str, ...]]
    orders: Mapping[str, Any]

    @property
    def filters(self) -> tuple[str, ...]:
        return (*self.choices, "q", "number")


BACKUPS = Listing(
    {"kind": BACKUP_KINDS, "state": STATES, "kept": ("yes", "no")},
    {
        "ended": F("ended_at"), "kind": F("kind"), "label": F("label"),
        "took": F("ended_at") - F("started_at"), "size": F("size"), "stored": F("stored"),
        "repository": F("repository"),
    },
)  # fmt: skip
RESTORES = Listing(
    {"kind": RESTORE_KINDS, "state": STATES},
    {
        "ended": F("ended_at"), "kind": F("kind"), "target": F("target"),
        "recovery": F("recovery_seconds"), "lost": F("lost_seconds"), "size": F("size"),
    },
)  # fmt: skip


def backup_list(query: Mapping[str, str]) -> QuerySet[BackupRun]:
    """Newest first unless asked otherwise. Raises FieldsInvalid that names every bad filter."""
    rows = _filtered(BackupRun.objects.all(), BACKUPS, query, ("label", "repository"))
    if "kept" in query:
        rows = rows.filter(gone_at__isnull=query["kept"] == "yes", state="good")
    return rows


def restore_list(query: Mapping[str, str]) -> QuerySet[RestoreRun]:
    """Likewise."""
    named = ("label", "target", "repository")
    return _filtered(RestoreRun.objects.all(), RESTORES, query, named)


def _filtered(
    rows: QuerySet[Any], listing: Listing, query: Mapping[str, str], named: tuple[str, ...]
) -> QuerySet[Any]:  # fmt: skip
    _check(listing, query)
    for name in ("kind", "state"):
        if name in query:
            rows = rows.filter(**{name: query[name]})
    if "number" in query:
        rows = rows.filter(pk=int(query["number"]))
    if words := query.get("q", "").strip():
        wanted = Q()
        for field in named:
            wanted |= Q(**{f"{field}__icontains": words})
        rows = rows.filter(wanted)
    ordering = query.get("ordering", "-ended")
    order = listing.orders[ordering.removeprefix("-")]
    down = ordering.startswith("-")
    ranked = order.desc(nulls_last=True) if down else order.asc(nulls_last=True)
    # a last word on ties, or one could show on two pages and another on none
    return rows.order_by(ranked, "-ended_at", "-pk")


def _check(listing: Listing, query: Mapping[str, str]) -> None:
    problems: list[tuple[str | None, str]] = [
        (name, f"{name} must be one of {', '.join(allowed)}.")
        for name, allowed in listing.choices.items()
        if name in query and query[name] not in allowed
    ]
    words = query.get("q", "")
    if len(words) > LONGEST or "\0" in words:
        message = f"Send at most {LONGEST} characters, none of them NUL."
        problems.append(("q", message))
    if "number" in query and not _NUMBER.fullmatch(query["number"]):
        problems.append(("number", "number must be a whole number from 1 on."))
    if query.get("ordering", "-ended").removeprefix("-") not in listing.orders:
        message = (
            f"Order by {', '.join(listing.orders)}, with - before it to turn round."
        )
        problems.append(("ordering", message))
    if problems:
        raise FieldsInvalid(problems)

"""Injections as somebody looks for them: three tables as one list, filtered and ordered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from ironclad.errors import FieldsInvalid
from sre_console.chaos.concealment import secrets
from sre_console.governance.injections.injection import KINDS
from sre_console.models import (
    FaultPeriod,
    FaultTally,
    GameDay,
    InjectionEffect,
    PatternPeriod,
)

LONGEST = {"person": 150, "q": 255}  # characters
_CHOICES = {"kind": KINDS, "effect": ("felt", "none")}
_DAYS = {"from": time.min, "to": time.max}
FILTERS = (*_CHOICES, *LONGEST, *_DAYS, "number")
ORDERS = ("began", "lasted", "who", "kind", "requests", "injected", "spent")
_COLUMNS = ("row_kind", "row_key", "began", "lasted", "who", "requests_seen", "injected_seen", "spent_seen")  # fmt: skip
_BY = {
    "kind": "row_kind",
    "requests": "requests_seen",
    "injected": "injected_seen",
    "spent": "spent_seen",
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
Problems = list[tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class Line:
    kind: str  # fault, patterns, game_day
    key: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters, read."""

    kinds: tuple[str, ...]
    person: str
    q: str
    number: int | None
    felt: bool | None
    begin: datetime | None
    end: datetime | None
    order: str
    down: bool


def asked_read(query: Mapping[str, str]) -> Asked:
    """Raises FieldsInvalid that names every bad one.

    `from` and `to` are days in UTC, both included, that the injection touches.
    """
    problems: Problems = []
    for name, allowed in _CHOICES.items():
        if name in query and query[name] not in allowed:
            problems.append((name, f"{name} must be one of {', '.join(allowed)}."))
    for name, most in LONGEST.items():
        if len(query.get(name, "")) > most or "\0" in query.get(name, ""):
            problems.append(
                (name, f"Send at most {most} characters, none of them NUL.")
            )
    number = query.get("number")
    if number is not None and not _NUMBER.fullmatch(number):
        problems.append(("number", "number must be a whole number from 1 on."))
    days = {name: _day(query, name, problems) for name in _DAYS}
    ordering = query.get("ordering", "-began")
    order = ordering.removeprefix("-")
    if order not in ORDERS:
        message = f"Order by {', '.join(ORDERS)}, with - before it to turn round."
        problems.append(("ordering", message))
    if problems:
        raise FieldsInvalid(problems)
    effect = query.get("effect")
    return Asked(
        kinds=(query["kind"],) if "kind" in query else KINDS,
        person=query.get("person", "").strip(),
        q=query.get("q", "").strip(),
        number=None if number is None else int(number),
        felt=None if effect is None else effect == "felt",
        begin=days["from"],
        end=days["to"],
        order=_BY.get(order, order),
        down=ordering.startswith("-"),
    )


def injection_lines(asked: Asked, *, now: datetime) -> QuerySet[Any, Any]:
    """All that match, in order; sliced and counted like any list. No secret is among them."""
    parts = []
    if "fault" in asked.kinds:
        parts.append(_faults(asked, now))
    if "patterns" in asked.kinds:
        parts.append(_patterns(asked, now))
    if {"game_day", "drill"} & set(asked.kinds):
        parts.append(_game_days(asked, now))
    first, *rest = parts
    every = first.union(*rest, all=True) if rest else first
    order = F(asked.order)
    ranked = order.desc(nulls_last=True) if asked.down else order.asc(nulls_last=True)
    # a last word on ties, or one could show on two pages and another on none
    return every.order_by(ranked, F("began").desc(), F("row_kind"), F("row_key").desc())


def line_of(row: tuple[Any, ...]) -> Line:
    return Line(kind=row[0], key=row[1])


def _faults(asked: Asked, now: datetime) -> QuerySet[Any, Any]:
    rows = FaultPeriod.objects.exclude(secrets(now))
    hit = FaultTally.objects.filter(version=OuterRef("version")).filter(
        Q(errors__gt=0) | Q(delays__gt=0) | Q(dependency_errors__gt=0)
    )
    return _line(
        rows, asked, now, kind="fault", key="version", began=F("began_at"),
        ended=_ended(now), unmeasured=Exists(hit),
    )  # fmt: skip


def _patterns(asked: Asked, now: datetime) -> QuerySet[Any, Any]:
    return _line(
        PatternPeriod.objects.all(), asked, now, kind="patterns", key="version",
        began=F("began_at"), ended=_ended(now), unmeasured=Value(value=False),
    )  # fmt: skip


def _game_days(asked: Asked, now: datetime) -> QuerySet[Any, Any]:
    rows = GameDay.objects.all()
    if "drill" not in asked.kinds:
        rows = rows.filter(drill=False)
    if "game_day" not in asked.kinds:
        rows = rows.filter(drill=True)
    return _line(
        rows, asked, now, kind="game_day", key="id",
        began=Coalesce(F("started_at"), F("created_at")), ended=F("ended_at"),
        unmeasured=Value(value=False),
    )  # fmt: skip


def _ended(now: datetime) -> Coalesce:
    # an expiry that nobody has written down yet is an end all the same
    expired = Case(
        When(expires_at__lte=now, then=F("expires_at")), output_field=DateTimeField()
    )
    return Coalesce(F("ended_at"), expired)


def _line(  # noqa: PLR0913 - what the tables have of their own
    rows: QuerySet[Any],
    asked: Asked,
    now: datetime,
    *,
    kind: str,
    key: str,
    began: Any,
    ended: Any,
    unmeasured: Any,
) -> QuerySet[Any, Any]:
    effect = InjectionEffect.objects.filter(kind=kind, key=OuterRef(key))
    rows = rows.annotate(
        row_kind=Value(kind, CharField()),
        row_key=Cast(key, BigIntegerField()),
        began=began,
        over=ended,
        who=F("started_by"),
        requests_seen=Subquery(effect.values("requests")[:1], BigIntegerField()),
        injected_seen=Subquery(effect.values("injected")[:1], BigIntegerField()),
        spent_seen=Subquery(effect.values("spent")[:1], FloatField()),
        lasted=Coalesce(F("over"), Value(now, DateTimeField())) - F("began"),
    )
    if asked.person:
        rows = rows.filter(started_by__icontains=asked.person)
    if asked.q:
        titled = Q(title__icontains=asked.q) if kind == "game_day" else Q()
        rows = rows.filter(Q(reason__icontains=asked.q) | titled if titled else Q(reason__icontains=asked.q))  # fmt: skip
    if asked.number is not None:
        rows = rows.filter(**{key: asked.number})
    if asked.begin is not None:
        rows = rows.filter(Q(over=None) | Q(over__gte=asked.begin))
    if asked.end is not None:
        rows = rows.filter(began__lte=asked.end)
    if asked.felt is not None:
        kept = Subquery(effect.values("felt")[:1], BooleanField())
        rows = rows.annotate(felt=Coalesce(kept, unmeasured)).filter(felt=asked.felt)
        if kind == "game_day":  # what a drill does is not told before it is over
            rows = rows.exclude(drill=True, state__in=("waiting", "running"))
    return rows.values_list(*_COLUMNS)


def _day(query: Mapping[str, str], name: str, problems: Problems) -> datetime | None:
    if name not in query:
        return None
    try:
        if _DAY.fullmatch(query[name]) is None:
            raise ValueError(name)  # noqa: TRY301 - told like a day that does not exist
        day = date.fromisoformat(query[name])
    except ValueError:
        problems.append((name, f"{name} must be a day as in 2026-01-31."))
        return None
    return datetime.combine(day, _DAYS[name], UTC)

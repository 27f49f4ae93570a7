"""Incidents as somebody looks for them: filtered, searched, ordered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Coalesce, Now, NullIf

from ironclad.errors import FieldsInvalid
from sre_console.incidents import lifecycle
from sre_console.incidents.selectors import ALERTS
from sre_console.incidents.severity import SEVERITIES
from sre_console.models import Incident, IncidentAlert

_CHOICES: dict[str, tuple[str, ...]] = {
    "state": (*lifecycle.STATES, "unresolved"),
    "severity": SEVERITIES,
    "exercise": ("true", "false"),
}
LONGEST = {"service": 64, "q": 255}  # characters
_DAYS = {"from": time.min, "to": time.max}
FILTERS = (*_CHOICES, *LONGEST, *_DAYS)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _rank(field: str, words: Sequence[str]) -> Case:
    """A word's place in a list, to order by what it means."""
    whens = [When(**{field: word}, then=Value(n)) for n, word in enumerate(words)]
    return Case(*whens, default=Value(len(words)))


_ORDERS: dict[str, Expression | F] = {
    "id": F("id"),
    "state": _rank("state", lifecycle.STATES),
    "severity": _rank("severity", SEVERITIES[::-1]),  # the gravest is the most
    "title": F("title"),
    "service": F("service"),
    "openedAt": F("opened_at"),
    "lasted": Coalesce(F("resolved_at"), Now()) - F("opened_at"),
    "owner": NullIf(F("owner"), Value("")),
}
ORDERS = tuple(_ORDERS)
Problems = list[tuple[str | None, str]]


def incident_list(query: Mapping[str, str]) -> QuerySet[Incident]:
    """Those that every filter allows, as `ordering` says; newest first without.

    `q` is part of the title or of an alert's name; `from` and `to` are days in UTC, both
    included, in which it opened. Raises FieldsInvalid that names every bad one.
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
    days = {name: _day(query, name, problems) for name in _DAYS if name in query}
    orders = _ordering(query, problems)
    if problems:
        raise FieldsInvalid(problems)
    rows = _chosen(Incident.objects.order_by(*orders), query)
    if days.get("from"):
        rows = rows.filter(opened_at__gte=days["from"])
    if days.get("to"):
        rows = rows.filter(opened_at__lte=days["to"])
    return rows.prefetch_related(ALERTS)


def _chosen(rows: QuerySet[Incident], query: Mapping[str, str]) -> QuerySet[Incident]:
    if query.get("state") == "unresolved":
        rows = rows.exclude(state="resolved")
    elif "state" in query:
        rows = rows.filter(state=query["state"])
    if "severity" in query:
        rows = rows.filter(severity=query["severity"])
    if "exercise" in query:
        rows = rows.filter(exercise=query["exercise"] == "true")
    if "service" in query:
        rows = rows.filter(service=query["service"])
    wanted = query.get("q", "").strip()
    if wanted:
        mine = IncidentAlert.objects.filter(incident=OuterRef("pk"))
        named = Exists(mine.filter(name__icontains=wanted))
        rows = rows.filter(Q(title__icontains=wanted) | named)
    return rows


def _day(query: Mapping[str, str], name: str, problems: Problems) -> datetime | None:
    """Its first moment for `from`, its last for `to`."""
    try:
        if _DAY.fullmatch(query[name]) is None:
            raise ValueError(name)  # noqa: TRY301 - told like a day that does not exist
        day = date.fromisoformat(query[name])
    except ValueError:
        problems.append((name, f"{name} must be a day as in 2026-01-31."))
        return None
    return datetime.combine(day, _DAYS[name], UTC)


def _ordering(query: Mapping[str, str], problems: Problems) -> list[OrderBy]:
    terms = [term.strip() for term in query.get("ordering", "-openedAt").split(",")]
    found = []
    for term in terms:
        order = _ORDERS.get(term.removeprefix("-"))
        if order is None:
            message = (
                f"Order by {', '.join(ORDERS)}, each with - before it to turn round."
            )
            problems.append(("ordering", message))
            break
        found.append(OrderBy(order, descending=term.startswith("-"), nulls_last=True))
    # a last word on ties, or one could show on two pages and another on none
    return [*found, F("opened_at").desc(), F("id").desc()]

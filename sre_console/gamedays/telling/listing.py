"""Game days as somebody looks for them: filtered and ordered."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Case, F, FloatField, QuerySet, Value, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Now

from ironclad.errors import FieldsInvalid
from sre_console.models import GameDay
from sre_console.models.gamedays import STATES

_CHOICES: dict[str, tuple[str, ...]] = {
    "state": STATES,
    "verdict": ("passed", "failed"),
}
LONGEST = 63  # characters of a scenario's name
FILTERS = ("scenario", *_CHOICES)

_ORDERS: dict[str, Expression | F] = {
    "id": F("id"),
    "scenario": F("scenario"),
    "state": Case(
        *(When(state=word, then=Value(n)) for n, word in enumerate(STATES)),
        default=Value(len(STATES)),
    ),
    "verdict": F("verdict"),
    "createdAt": F("created_at"),
    "lasted": Coalesce(F("ended_at"), Now()) - F("started_at"),
    "score": F("score"),
    "spent": Cast(KT("outcome__budgetSpentRatio"), FloatField()),
    "startedBy": F("started_by"),
}
ORDERS = tuple(_ORDERS)


def game_day_list(query: Mapping[str, str]) -> QuerySet[GameDay]:
    """Those that every filter allows, as `ordering` says; newest first without.

    Raises FieldsInvalid that names every bad one.
    """
    problems: list[tuple[str | None, str]] = [
        (name, f"{name} must be one of {', '.join(allowed)}.")
        for name, allowed in _CHOICES.items()
        if name in query and query[name] not in allowed
    ]
    if len(query.get("scenario", "")) > LONGEST or "\0" in query.get("scenario", ""):
        problems.append(("scenario", f"Send at most {LONGEST} characters."))
    asked = query.get("ordering", "-createdAt")
    order = _ORDERS.get(asked.removeprefix("-"))
    if order is None:
        message = f"Order by {', '.join(ORDERS)}, with - before it to turn round."
        problems.append(("ordering", message))
    if order is None or problems:
        raise FieldsInvalid(problems)
    chosen = {name: query[name] for name in FILTERS if name in query}
    first = OrderBy(order, descending=asked.startswith("-"), nulls_last=True)
    # a last word on ties, or one could show on two pages and another on none
    return GameDay.objects.filter(**chosen).order_by(first, F("id").desc())

"""One thing on the calendar, and the range that is looked at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from ironclad.envelope import timestamp
from ironclad.errors import FieldsInvalid

Kind = Literal[
    "deployment", "fault", "patterns", "game_day", "incident", "silence", "no_faults"
]
KINDS: tuple[Kind, ...] = (
    "deployment", "fault", "patterns", "game_day", "incident", "silence", "no_faults",
)  # fmt: skip
View = Literal["day", "week", "month"]
_FIRST, _LAST = date(1970, 1, 1), date(2999, 12, 31)  # as far as records go
VIEWS: tuple[View, ...] = ("day", "week", "month")
MOST_KINDS = len(KINDS)
_MONDAY = 7


@dataclass(frozen=True, slots=True)
class Event:
    kind: Kind
    number: int
    title: str
    at: datetime
    until: datetime | None  # None: a moment, or it goes on
    lasts: bool  # it has a length
    who: str
    note: str
    href: str  # a page of the console

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.number}"

    def json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "number": self.number,
            "title": self.title,
            "from": timestamp(self.at),
            "to": self.until and timestamp(self.until),
            "lasts": self.lasts,
            "who": self.who,
            "note": self.note,
            "href": self.href,
        }


@dataclass(frozen=True, slots=True)
class Range:
    """Whole days in UTC; `end` is the first moment after it."""

    view: View
    first: date
    begin: datetime
    end: datetime

    def beside(self, steps: int) -> date:
        """The first day of the range before (-1) or after (1)."""
        if steps > 0:
            return self.end.date()
        return range_of(self.view, self.first - timedelta(days=1)).first


def range_of(view: View, day: date) -> Range:
    """The day, its week from Monday on, or its month."""
    first = day
    if view == "week":
        first = day - timedelta(days=day.weekday())
    elif view == "month":
        first = day.replace(day=1)
    days = {"day": 1, "week": _MONDAY, "month": 32}[view]
    last = first + timedelta(days=days)
    if view == "month":
        last = last.replace(day=1)
    begin = datetime.combine(first, time.min, UTC)
    return Range(view, first, begin, datetime.combine(last, time.min, UTC))


@dataclass(frozen=True, slots=True)
class Asked:
    range: Range
    kinds: tuple[Kind, ...]
    q: str


def asked_read(query: Mapping[str, str], *, today: date) -> Asked:
    """`view`, `day`, `kind` and `q`. Raises FieldsInvalid that names every bad one."""
    problems: list[tuple[str | None, str]] = []
    view = query.get("view", "week")
    if view not in VIEWS:
        problems.append(("view", f"view must be one of {', '.join(VIEWS)}."))
        view = "week"
    day = today
    if "day" in query:
        try:
            day = datetime.strptime(query["day"], "%Y-%m-%d").replace(tzinfo=UTC).date()
            day = min(max(day, _FIRST), _LAST)
        except ValueError:
            problems.append(("day", "day must be a day as in 2026-01-31."))
            day = today
    kinds: tuple[Kind, ...] = KINDS
    if "kind" in query:
        kinds = tuple(kind for kind in KINDS if kind == query["kind"])
        if not kinds:
            problems.append(("kind", f"kind must be one of {', '.join(KINDS)}."))
    q = query.get("q", "")
    if len(q) > 255 or "\0" in q:  # noqa: PLR2004
        problems.append(("q", "Send at most 255 characters, none of them NUL."))
    if problems:
        raise FieldsInvalid(problems)
    return Asked(range_of(view, day), kinds, q.strip())  # type: ignore[arg-type]

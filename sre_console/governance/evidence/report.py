"""All queries of a period, each asked once, and the criteria they speak to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice

from ironclad.errors import FieldsInvalid
from sre_console.governance.evidence.answer import SAMPLES, Found, Period, Query, Row
from sre_console.governance.evidence.controls import CONTROLS, Control
from sre_console.governance.evidence.operations import OPERATED
from sre_console.governance.evidence.records import LOGGED
from sre_console.governance.evidence.recovered import RECOVERED

QUERIES: dict[str, Query] = {
    each.name: each for each in (*LOGGED, *OPERATED, *RECOVERED)
}
DAYS = 30  # without a period
LONGEST = 400  # days
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answered:
    query: Query
    found: Found  # its rows go on after the samples
    samples: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    control: Control
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    first: date
    last: date  # included
    answers: Mapping[str, Answered]

    @property
    def mapped(self) -> list[Mapped]:
        return [
            Mapped(control, tuple(self.answers[name] for name in control.queries))
            for control in CONTROLS
        ]


def period_read(
    query: Mapping[str, str], *, now: datetime, deep: bool = False
) -> tuple[Period, date, date]:
    """`from` and `to`, days in UTC, both included; the last thirty without."""
    problems: list[tuple[str | None, str]] = []
    last = _day(query, "to", now.date(), problems)
    first = _day(query, "from", last - timedelta(days=DAYS - 1), problems)
    if not problems and not 0 <= (last - first).days < LONGEST:
        message = f"A period is 1 to {LONGEST} days long, and ends after it began."
        problems.append(("to", message))
    if problems:
        raise FieldsInvalid(problems)
    begin = datetime.combine(first, time.min, UTC)
    end = datetime.combine(last, time.min, UTC) + timedelta(days=1)
    return Period(begin, end, now, deep), first, last


def report_of(period: Period, first: date, last: date) -> Report:
    answers = {}
    for name, query in QUERIES.items():
        found = query.run(period)
        rows = iter(found.rows)
        samples = tuple(islice(rows, SAMPLES))
        whole = Found(found.figures, found.head, chain(samples, rows))
        answers[name] = Answered(query, whole, samples)
    return Report(period, first, last, answers)


def _day(
    query: Mapping[str, str],
    name: str,
    default: date,
    problems: list[tuple[str | None, str]],
) -> date:
    text = query.get(name, "")
    if not text:
        return default
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)  # noqa: TRY301 - told like a day that does not exist
        day = date.fromisoformat(text)
        if not 1971 <= day.year <= 2999:  # noqa: PLR2004 - as far as records go
            raise ValueError(text)  # noqa: TRY301
    except ValueError:
        problems.append((name, f"{name} must be a day as in 2026-01-31."))
        return default
    return day

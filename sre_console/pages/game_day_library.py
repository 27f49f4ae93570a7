"""What the library of game days is given: scenarios as cards, and the runs that there were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sre_console.models import GameDay
from sre_console.pages import game_day_words as words
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import DASH, lasted
from sre_console.pages.tables import Column

TREND = 8  # runs


@dataclass(frozen=True, slots=True)
class TrendMark:
    """One run among many: the oldest first."""

    id: int
    mark: Mark
    at: datetime
    score: str


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    title: str
    what: str  # what it does, in a line
    lasts: str
    spends: str  # foretold: share of the budget
    spends_of: str  # of which SLO
    pages: str  # foretold alerts
    foretold: bool  # these are known; else the page asks for them
    steps: int
    origin: str  # empty: it ships with the service
    last: Mark | None
    trend: tuple[TrendMark, ...]
    problem: str  # why it cannot be read


@dataclass(frozen=True, slots=True)
class HistoryRow:
    id: int
    scenario: str
    title: str
    mark: Mark
    state: str
    verdict: str
    began: datetime
    lasted: str
    checks: str
    spent: str
    by: str
    hidden: bool


def history_columns() -> list[Column]:
    return [
        Column(_("Verdict"), "verdict"),
        Column(_("Game day"), "scenario"),
        Column(_("Began"), "createdAt", down=True),
        Column(_("Lasted"), "lasted", right=True, down=True),
        Column(_("Checks"), "score", right=True, down=True),
        Column(_("Budget spent"), "spent", right=True, down=True),
        Column(_("Started by"), "startedBy"),
    ]


def history_row(row: GameDay, now: datetime) -> HistoryRow:
    began = row.started_at or row.created_at
    until = row.ended_at or (now if row.state == "running" else None)
    states = [str(check.get("state")) for check in row.checks]
    return HistoryRow(
        id=row.pk,
        scenario=row.scenario,
        title=row.title,
        mark=words.run_mark(row.state, row.verdict),
        state=row.state,
        verdict=row.verdict or "",
        began=began,
        lasted=lasted((until - began).total_seconds() if until else None),
        checks=f"{states.count('passed')} / {len(states)}" if states else DASH,
        spent=words.percent(spent_of(row), 2),
        by=row.started_by,
        hidden=row.drill,
    )


def spent_of(row: GameDay) -> float | None:
    """Share of the worst SLO's budget; None before it is counted."""
    value = row.outcome.get("budgetSpentRatio")
    return float(value) if isinstance(value, int | float) else None


def trend_marks(rows: Iterable[GameDay]) -> tuple[TrendMark, ...]:
    """Of runs that are over, the newest of them last."""
    over = [row for row in rows if row.state not in {"waiting", "running"}]
    newest = sorted(over, key=lambda row: row.created_at)[-TREND:]
    return tuple(
        TrendMark(
            row.pk,
            words.run_mark(row.state, row.verdict),
            row.ended_at or row.created_at,
            words.percent(row.score, 0),
        )
        for row in newest
    )


def in_a_line(text: str) -> str:
    """The first sentence or line of a description."""
    line = text.strip().split("\n", 1)[0]
    head, dot, _rest = line.partition(". ")
    return head + dot.strip()


def forecast_figures(forecast: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """Of a forecast: share of the worst SLO's budget, that SLO, and what fires."""
    if not forecast:
        return DASH, "", DASH
    worst = str(forecast.get("worst") or "")
    spent = (forecast.get("budgetSpentRatio") or {}).get(worst)
    alerts: Sequence[Mapping[str, Any]] = forecast.get("alerts") or ()
    grave = [each for each in alerts if each.get("severity") in {"page", "critical"}]
    return words.percent(spent, 1), worst, str(len(grave)) if alerts else _("none")

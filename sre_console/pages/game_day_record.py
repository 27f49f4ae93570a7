"""What a run's page is given once it is over: the record, beside what was foretold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.links import incidents_of
from sre_console.models import GameDay, GameDayAction
from sre_console.pages import game_day_words as words
from sre_console.pages.game_day_models import Run
from sre_console.pages.incident_models import IncidentRow, incident_row
from sre_console.slo.objectives import objectives

Json = Mapping[str, Any]
_INCIDENTS = 20


@dataclass(frozen=True, slots=True)
class Figure:
    term: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What one SLO's budget lost while it ran, in both ledgers."""

    slo: str
    bad: str
    spent: str  # all events
    charged: str  # without exercises


@dataclass(frozen=True, slots=True)
class Record:
    ledgers: tuple[LedgerLine, ...]
    differences: tuple[str, ...]
    incidents: tuple[IncidentRow, ...]
    lessons: str
    actions: tuple[GameDayAction, ...]
    charts: bool
    settled: bool  # nothing of the outcome can change any more
    other: int | None  # the run of the same scenario before it


def record_of(row: GameDay, day: Json, now: datetime) -> Record:
    outcome = day.get("outcome") or {}
    by_slo: Json = outcome.get("bySlo") or {}
    names = {each.name: each.display_name for each in objectives()}
    return Record(
        ledgers=tuple(
            LedgerLine(
                names.get(slo, slo),
                words.count(each.get("badEvents")),
                words.percent(each.get("budgetSpentRatio"), 2),
                words.percent(each.get("budgetSpentWithoutExercises"), 2),
            )
            for slo, each in by_slo.items()
        ),
        differences=tuple(
            str(each.get("text") or "") for each in outcome.get("differences") or ()
        ),
        incidents=tuple(
            incident_row(each, now) for each in incidents_of(row)[:_INCIDENTS]
        ),
        lessons=row.lessons,
        actions=tuple(row.actions.order_by("id")),
        charts=bool(row.figures),
        settled=bool(outcome.get("settled", True)),
        other=_before(row),
    )


def figures_of(run: Run, day: Json) -> list[Figure]:
    """The row of large figures."""
    outcome: Json = day.get("outcome") or {}
    mine: Json = (outcome.get("bySlo") or {}).get(run.worst) or {}
    spent = mine.get("budgetSpentRatio", outcome.get("budgetSpentRatio"))
    bad = mine.get("badEvents", outcome.get("badEvents"))
    return [
        Figure(_("Lasted"), run.lasted, _("speed {n}").format(n=run.speed)),
        Figure(
            _("Budget spent"),
            words.percent(spent, 2),
            _("{n} bad requests, {slo}").format(n=words.count(bad), slo=run.worst),
        ),
        Figure("TTD", words.exact(outcome.get("ttd")), _("fault to alert")),
        Figure("TTM", words.exact(outcome.get("ttm")), _("fault to harm over")),
        Figure("TTR", words.exact(outcome.get("ttr")), _("fault to all clear")),
    ]


def _before(row: GameDay) -> int | None:
    over = GameDay.objects.filter(scenario=row.scenario, pk__lt=row.pk)
    return over.exclude(state="waiting").order_by("-pk").values_list("pk", flat=True).first()  # fmt: skip

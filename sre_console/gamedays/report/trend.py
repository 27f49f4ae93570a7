"""How a scenario's runs went one after the other, and two of them held against each other."""

from __future__ import annotations

from django.db.models import F, FloatField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from ironclad.envelope import timestamp
from sre_console.gamedays.report.comparing import Json, Judged, Side, compared
from sre_console.gamedays.report.parts import read
from sre_console.gamedays.telling.concealing import told_check
from sre_console.models import GameDay

MOST = 50  # runs
_OVER = ("finished", "stopped", "failed")
_FIGURES = ("budgetSpentRatio", "badEvents", "ttd", "ttm", "ttr")


def trend(scenario: str, *, most: int = MOST) -> list[Json]:
    """The newest runs that are over, the oldest of them first: the points of a sparkline."""
    rows = (
        GameDay.objects.filter(scenario=scenario, state__in=_OVER)
        .exclude(started_at=None)
        .annotate(
            **{name: Cast(KT(f"outcome__{name}"), FloatField()) for name in _FIGURES}
        )
        .order_by(F("started_at").desc(), "-id")
        .values("pk", "started_at", "state", "verdict", "score", *_FIGURES)
    )
    return [
        {
            "id": row["pk"],
            "startedAt": timestamp(row["started_at"]),
            "state": row["state"],
            "verdict": row["verdict"],
            "score": row["score"],
            **{name: row[name] for name in _FIGURES},
        }
        for row in reversed(rows[:most])
    ]


def comparison(a: GameDay, b: GameDay) -> Json:
    """Two runs that are over, as gamedays.report.comparing tells them. Raises Conflict for a drill that is not."""
    for row in (a, b):
        told_check(row)
    return compared(_side(a), _side(b))


def _side(row: GameDay) -> Side:
    facts = read(row)
    return Side(
        id=row.pk,
        scenario=row.scenario,
        digest=row.digest,
        seed=row.seed,
        speed=row.speed,
        scale=row.scale,
        state=row.state,
        verdict=row.verdict,
        score=row.score,
        outcome=row.outcome,
        checks=[
            Judged(each.id, facts.titles[each.id], each.state, each.got)
            for each in facts.standings
        ],
    )

"""Where a drill stands, and what one that is over came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ironclad.errors import NotFound
from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.drill.pick import Diagnosis
from sre_console.gamedays.drill.scoring import Judgement, Points, judged, points
from sre_console.gamedays.outcome.recorded import scenario_of
from sre_console.models import GameDay


@dataclass(frozen=True, slots=True)
class Attempt:
    """One diagnosis that was made."""

    at: datetime
    by: str
    said: Diagnosis
    right: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a drill came to; only of one that is over."""

    spec: FaultSpec
    truth: Diagnosis
    judgements: tuple[Judgement, ...]
    points: Points
    seconds: float  # from the fault's beginning until the drill was over
    limit: float
    spent: (
        float | None
    )  # share of the error budget of the SLO hit worst; None: not counted yet


def drill_now() -> GameDay | None:
    """The one that goes on."""
    rows = GameDay.objects.filter(drill=True, state__in=("waiting", "running"))
    return rows.order_by("-id").first()


def drill_find(number: int) -> GameDay:
    """Raises NotFound."""
    row = GameDay.objects.filter(pk=number, drill=True).first()
    if row is None:
        message = f"There is no drill {number}."
        raise NotFound(message)
    return row


def drills_over(most: int = 10) -> list[GameDay]:
    """Those that are over, newest first."""
    rows = GameDay.objects.filter(drill=True).exclude(state__in=("waiting", "running"))
    return list(rows.order_by("-id")[:most])


def attempts(row: GameDay) -> list[Attempt]:
    """Every diagnosis of it, the first one first."""
    lines = row.events.filter(kind="diagnosis").order_by("at", "id")
    return [
        Attempt(
            at=line.at,
            by=line.actor,
            said=Diagnosis(
                line.detail["what"], line.detail["amount"], line.detail["which"]
            ),
            right=line.detail["right"],
        )
        for line in lines
    ]


def fault_of(row: GameDay) -> FaultSpec:
    """What it hides: for the server's eyes while it goes on."""
    fault = scenario_of(row).steps[0].fault
    assert fault is not None  # noqa: S101 - a drill's only step has one
    return fault


def truth_of(row: GameDay) -> Diagnosis:
    return Diagnosis.of(fault_of(row))


def fault_began(row: GameDay) -> datetime | None:
    """When its fault came into force."""
    line = row.events.filter(kind="fault_set").order_by("at", "id").first()
    return None if line is None else line.at


def drill_result(row: GameDay) -> Result:
    spec, limit = fault_of(row), scenario_of(row).steps[0].seconds
    truth = Diagnosis.of(spec)
    judgements = tuple(judged(each.said, truth) for each in attempts(row))
    began = fault_began(row)
    seconds = (row.ended_at - began).total_seconds() if began and row.ended_at else 0.0
    spent = (row.outcome or {}).get("budgetSpentRatio")
    return Result(
        spec=spec,
        truth=truth,
        judgements=judgements,
        points=points(judgements, seconds=seconds, limit=limit, spent=spent or 0.0),
        seconds=seconds,
        limit=limit,
        spent=spent,
    )

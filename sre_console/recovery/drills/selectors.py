"""Disaster drills as they are: the one that goes on, those before, and what they came to."""

from __future__ import annotations

from django.db.models import QuerySet

from ironclad.errors import NotFound
from sre_console.models import DisasterDrill, RestoreRun
from sre_console.recovery.drills.judging import Judgement, judged, targets_read
from sre_console.recovery.drills.scenario import scenario_read
from sre_console.recovery.drills.scenarios import SCENARIOS

_OFFERED = 10  # restores


def drill_list() -> QuerySet[DisasterDrill]:
    """All of them, newest first. None is ever forgotten: auditors ask for years."""
    return DisasterDrill.objects.select_related("restore").order_by(
        "-started_at", "-id"
    )


def drill_get(number: int) -> DisasterDrill:
    """Raises NotFound."""
    row = drill_list().filter(pk=number).first()
    if row is None:
        message = f"There is no disaster drill {number}."
        raise NotFound(message)
    return row


def drill_running() -> DisasterDrill | None:
    return drill_list().filter(state="running").first()


def drills_last() -> dict[str, DisasterDrill]:
    """Of each scenario that was ever drilled to its end, the last time."""
    rows = drill_list().filter(state="finished", scenario__in=SCENARIOS)
    newest = rows.order_by("scenario", "-started_at", "-id").distinct("scenario")
    return {row.scenario: row for row in newest}


def judgement_of(row: DisasterDrill) -> Judgement:
    """By what was promised when it began."""
    return judged(
        scenario_read(row.document),
        done={each["key"] for each in row.steps},
        recovery_seconds=row.recovery_seconds,
        lost_seconds=row.lost_seconds,
        promised=targets_read(row.document["promised"]),
        aimed=targets_read(row.document["aimed"]),
    )


def restores_for(row: DisasterDrill) -> QuerySet[RestoreRun]:
    """Those that may tell what this drill has lost, newest first."""
    since = min(row.started_at, row.struck_at or row.started_at)
    return RestoreRun.objects.filter(
        state="good", lost_seconds__isnull=False, ended_at__gte=since
    ).order_by("-ended_at", "-id")


def restores_offered(row: DisasterDrill) -> list[RestoreRun]:
    return list(restores_for(row)[:_OFFERED])

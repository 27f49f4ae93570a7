"""A run that is over, written in bulk: 1 % errors for a minute, then 3 % until it was noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from sre_console.gamedays.course.course import Standing
from sre_console.models import (
    AlertPeriod,
    FaultPeriod,
    FaultTally,
    GameDay,
    GameDayEvent,
    Incident,
    IncidentAlert,
    SliSample,
)
from sre_console.slo import lookup
from sre_console.slo.histogram import BUCKETS
from sre_console.slo.timeline import fold
from tests.integration.incidents.conftest import DAYS_30, RATE, paced
from tests.integration.slo.conftest import EPOCH, sample

SECONDS = 180  # of the run: one minute of 1 %, two of 3 %
DOCUMENT: dict[str, Any] = {
    "apiVersion": "ironclad/v1",
    "kind": "Scenario",
    "metadata": {"name": "progressive-errors", "title": {"en": "Progressive errors"}},
    "spec": {
        "hypothesis": {"en": "The page catches 3 % and leaves 1 % alone."},
        "expects": {"alerts": ["ErrorBudgetBurn1h", "HighErrorRate"]},
        "steadyState": [
            {
                "title": {"en": "Nothing burns"},
                "that": {"slo": "availability", "status": ["ok"]},
            }
        ],
        "steps": [
            {
                "title": {"en": "1 % errors"},
                "fault": {"errorRate": 0.01},
                "for": "1h",
                "checks": [
                    {
                        "title": {"en": "Nobody is paged"},
                        "always": {"alert": "ErrorBudgetBurn1h", "is": "quiet"},
                        "weight": 2,
                    }
                ],
            },
            {
                "title": {"en": "3 % errors"},
                "fault": {"errorRate": 0.03},
                "for": "2h",
                "checks": [
                    {
                        "title": {"en": "Page within 30 min"},
                        "eventually": {"alert": "ErrorBudgetBurn1h", "is": "firing"},
                        "within": "30m",
                    }
                ],
            },
        ],
    },
}
FORECAST: dict[str, Any] = {
    "seconds": 180.0, "rate": 50.0, "totalEvents": 9000, "worst": "availability",
    "badEvents": {"availability": 210, "error-rate": 210, "latency": 0},
    "budgetSpentRatio": {"availability": 210 / 2160, "error-rate": 210 / 21600, "latency": 0},
    "budgetLeftRatio": {"availability": 0.903, "error-rate": 0.99, "latency": 1},
    "exhaustsAfter": None, "historyShort": False,
    "alerts": [
        {"name": "ErrorBudgetBurn1h", "slo": "availability", "severity": "page",
         "firesAfter": 89.34, "step": 1, "sinceStep": 29.34, "clearsAfter": 182.6}
    ],
    "steps": [
        {"index": 0, "beginsAfter": 0, "endsAfter": 60, "badEvents": {"availability": 30}},
        {"index": 1, "beginsAfter": 60, "endsAfter": 180, "badEvents": {"availability": 180}},
    ],
}  # fmt: skip
# On whole minutes, as the month begins, and every second at its end.
_HISTORY = """
INSERT INTO sli_timeline
  (second, total, failed, exercise, seeded, covered, bad, histogram)
SELECT to_timestamp(%(begin)s + n), n * %(rate)s, 0, 0, n * %(rate)s, n, '{}',
       array_fill(0::bigint, ARRAY[%(buckets)s::int])
FROM generate_series(0, %(length)s) n
WHERE n >= %(coarse)s OR n %% 60 = 1
"""


def at(seconds: float) -> datetime:
    """A moment of the run."""
    return lookup.moment(EPOCH + seconds)


def history() -> None:
    """A full month of healthy events before it, at a rehearsal's scale: as few rows as will do."""
    length = DAYS_30 // 60 + 120
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORY,
            {
                "begin": EPOCH - 1 - length, "coarse": length - 420, "length": length,
                "rate": RATE, "buckets": BUCKETS,
            },
        )  # fmt: skip


def traffic(seconds: int = SECONDS + 20, *, real: int = 0) -> None:
    """What the service answered; `real` requests of the first second failed by themselves."""
    rows = []
    for second in range(seconds):
        if second >= SECONDS:
            bad = 0
        elif second < 60:
            bad = paced(0.01, second)
        else:
            bad = paced(0.03, second - 60)
        own = real if second == 0 else 0
        rows.append(
            sample(EPOCH + second, bad=bad + own, drilled=bad, exercise=bad, total=RATE)
        )
    SliSample.objects.bulk_create(rows)
    fold()


@dataclass
class Run:
    """Its rows; each test changes what it is about."""

    row: GameDay

    def event(self, seconds: float, kind: str, **fields: Any) -> GameDayEvent:
        given: dict[str, Any] = {"actor": "ironclad", "detail": {}}
        return GameDayEvent.objects.create(
            game_day=self.row, at=at(seconds), kind=kind, **(given | fields)
        )

    def change(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.row, name, value)
        self.row.save()


def faults(run: Run) -> None:
    """Two versions of the plan, each confirmed by two replicas."""
    for version, step, rate, begin, end in (
        (11, 0, 0.01, 0, 60),
        (12, 1, 0.03, 60, SECONDS),
    ):
        FaultPeriod.objects.create(
            version=version, error_rate=rate, began_at=at(begin), ended_at=at(end),
            expires_at=at(end + 60), end="changed" if step == 0 else "stopped",
            started_by="ironclad", reason="game day",
        )  # fmt: skip
        run.event(begin, "fault_set", step=step, detail={"version": version})
        requests = (end - begin) * RATE
        for _ in range(2):
            FaultTally.objects.create(
                version=version, replica=uuid4(), requests=requests // 2,
                failed=round(requests * rate / 2), errors=round(requests * rate / 2),
            )  # fmt: skip


def page(*, fired: float = 89.5, ended: float | None = 183) -> AlertPeriod:
    return AlertPeriod.objects.create(
        name="ErrorBudgetBurn1h", slo="availability", severity="page", window="1h",
        threshold=14.4, value=14.6, began_at=at(60), fired_at=at(fired),
        ended_at=None if ended is None else at(ended),
    )  # fmt: skip


def incident(**fields: Any) -> Incident:
    given: dict[str, Any] = {
        "service": "users", "title": "Burning", "severity": "page", "state": "resolved",
        "exercise": True, "fault_version": 12, "began_at": at(60), "opened_at": at(89.5),
        "mitigated_at": at(183), "resolved_at": at(190),
    }  # fmt: skip
    row = Incident.objects.create(**(given | fields))
    IncidentAlert.objects.create(
        incident=row, fingerprint="f", name="ErrorBudgetBurn1h", slo="availability",
        severity="page", source="ironclad", summary="Burning", joined_at=row.opened_at,
        fired_at=row.opened_at,
    )  # fmt: skip
    return row


def game_day(**fields: Any) -> Run:
    """Its row and its lines, without what the service did meanwhile."""
    checks = [
        Standing("steadyState.0", "steadyState", "passed", "ok", None, EPOCH),
        Standing("0.1", 0, "passed", "quiet", None, EPOCH + 60),
        Standing("1.1", 1, "passed", "firing, after 29.5 s", None, EPOCH + 89.5),
        Standing("after.0", "after", "failed", "burning", None, EPOCH + SECONDS),
    ]
    given: dict[str, Any] = {
        "scenario": "progressive-errors", "title": "Progressive errors",
        "document": DOCUMENT, "digest": "0" * 64, "state": "finished",
        "verdict": "failed", "score": 1.0, "seed": 7, "speed": 1, "scale": 60,
        "started_by": "ada", "reason": "Friday's practice", "created_at": at(-10),
        "started_at": at(0), "ended_at": at(SECONDS), "forecast": FORECAST,
        "checks": [
            {"id": c.id, "step": c.step, "state": c.state, "got": c.got, "value": c.value, "at": c.at}
            for c in checks
        ],
        "cursor": {"step_times": {"0": [EPOCH, EPOCH + 60], "1": [EPOCH + 60, EPOCH + SECONDS]}},
    }  # fmt: skip
    run = Run(GameDay.objects.create(**(given | fields)))
    run.event(-10, "created", actor="ada", text="Friday's practice")
    run.event(0, "started", actor="ada")
    run.event(0, "step_began", step=0)
    run.event(60, "check_passed", step=0, detail={"check": "0.1", "got": "quiet"})
    run.event(60, "step_ended", step=0, detail={"state": "done"})
    run.event(60, "step_began", step=1)
    run.event(70, "joined", actor="vic")
    run.event(SECONDS, "step_ended", step=1, detail={"state": "done"})
    run.event(SECONDS, "finished")
    return run


@pytest.fixture
def run(db: None) -> Run:
    """All of it."""
    history()
    traffic()
    found = game_day()
    faults(found)
    page()
    incident()
    return found

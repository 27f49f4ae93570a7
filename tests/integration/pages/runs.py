"""Game days as rows, in whichever state a page is to be seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sre_console.chaos.rows import database_now
from sre_console.gamedays.running.services import digest
from sre_console.gamedays.scenarios.reading import scenario_read
from sre_console.gamedays.scenarios.writing import scenario_document
from sre_console.models import GameDay, GameDayEvent
from sre_console.pages.incident_words import DASH

SOURCE = """\
apiVersion: ironclad/v1
kind: Scenario
metadata: {name: two-steps, title: Two steps}
spec:
  clock: wall
  hypothesis: Three percent page.
  expects:
    alerts: [HighErrorRate]
  steadyState:
    - title: The service is healthy
      that: {http: {path: /health}}
  steps:
    - title: 3 % errors
      fault: {errorRate: 0.03}
      for: 60s
      note: "Ask the room.\\n\\nThen wait."
      checks:
        - title: It pages
          eventually: {alert: HighErrorRate, is: firing}
          within: 30s
          weight: 2
        - title: Half of it is left
          always: {slo: availability, measure: budgetRemaining, above: 0.5}
    - title: Recover
      fault: none
      for: 30s
      checks:
        - title: It is over
          atEnd: {alert: HighErrorRate, is: quiet}
"""
FORECAST: dict[str, Any] = {
    "seconds": 90.0, "rate": 50.0, "totalEvents": 4500, "worst": "availability",
    "badEvents": {"availability": 90, "latency": 0, "error-rate": 90},
    "budgetSpentRatio": {"availability": 0.04, "latency": 0.0, "error-rate": 0.004},
    "budgetLeftRatio": {"availability": 0.96, "latency": 1.0, "error-rate": 0.996},
    "exhaustsAfter": None, "historyShort": False, "rateFrom": "seen",
    "alerts": [
        {"name": "HighErrorRate", "slo": None, "severity": "critical", "firesAfter": 9.0,
         "step": 0, "sinceStep": 9.0, "clearsAfter": 65.0}
    ],
    "steps": [
        {"index": 0, "beginsAfter": 0.0, "endsAfter": 60.0, "badEvents": {"availability": 90},
         "budgetSpentRatio": {"availability": 0.04}},
        {"index": 1, "beginsAfter": 60.0, "endsAfter": 90.0, "badEvents": {"availability": 0},
         "budgetSpentRatio": {"availability": 0.0}},
    ],
    "curve": {
        "t": [0.0, 60.0, 90.0],
        "bad": {"availability": [0, 90, 90], "latency": [0, 0, 0], "error-rate": [0, 90, 90]},
        "burn": {"5m": [0.0, 30.0, 0.0], "1h": [0.0, 30.0, 20.0], "6h": [0.0, 5.0, 5.0]},
    },
}  # fmt: skip
OUTCOME: dict[str, Any] = {
    "seconds": 90.0, "totalEvents": 4500, "worst": "availability", "badEvents": 180,
    "budgetSpentRatio": 0.08, "ttd": 12.3, "ttm": 60.0, "ttr": 71.5, "settled": True,
    "bySlo": {
        "availability": {"badEvents": 180, "exerciseBad": 180, "budgetSpentRatio": 0.08,
                         "budgetSpentWithoutExercises": 0.0},
    },
    "alerts": [
        {"name": "HighErrorRate", "slo": None, "severity": "critical", "firedAfter": 12.3,
         "step": 0, "sinceStep": 12.3, "clearedAfter": 70.0}
    ],
    "differences": [{"kind": "traffic", "text": "Twice the traffic came.", "detail": {}}],
}  # fmt: skip
FIGURES: dict[str, Any] = {
    "from": 0, "to": 2, "step": 1, "t": [0, 1], "n": [50, 50], "err": [0.0, 0.03],
    "p50": [0.01, 0.01], "p95": [0.02, 0.02], "p99": [0.03, 0.03],
    "burn": {"5m": [0, 30], "1h": [0, 3], "6h": [0, 1]}, "seeded": [0, 0],
    "bands": [], "breaches": [], "transitions": [], "patternPeriods": [],
}  # fmt: skip


def _checks(*states: str) -> list[dict[str, Any]]:
    ids = (("steadyState.0", "steadyState"), ("0.1", 0), ("0.2", 0), ("1.1", 1))
    ids = (*ids, ("after.0", "after"))  # type: ignore[assignment]
    return [
        {
            "id": id_,
            "step": step,
            "state": state,
            "got": DASH,
            "value": None,
            "at": None,
        }
        for (id_, step), state in zip(ids, states, strict=True)
    ]


def run(by: str = "ada", **fields: object) -> GameDay:
    """In its first step, for ten seconds; a forecast of ninety."""
    scenario = scenario_read(SOURCE, "two-steps.yaml")
    document, now = scenario_document(scenario), database_now()
    began = now - timedelta(seconds=10)
    at = began.timestamp()
    cursor = {
        "phase": "steps", "phase_began": at, "step": 0, "began": at,
        "step_states": {"0": "now"}, "step_times": {"0": [at, None]},
        "run": {"total": 0, "exercise": 0, "bad": {}},
        "at_step": {"total": 0, "exercise": 0, "bad": {}},
    }  # fmt: skip
    row = GameDay.objects.create(
        **{
            "scenario": "two-steps", "title": "Two steps", "document": document,
            "digest": digest(document), "state": "running", "seed": 7, "speed": 1.0,
            "scale": 1.0, "started_by": by, "created_at": began, "started_at": began,
            "cursor": cursor, "forecast": FORECAST, "guardrails": {},
            "checks": _checks("passed", "watching", "watching", "to_come", "to_come"),
            **fields,
        }
    )  # fmt: skip
    line(row, "step_began", step=0)
    return row


def over(by: str = "ada", **fields: object) -> GameDay:
    """One check of five did not hold."""
    now = database_now()
    ended = {
        "state": "finished", "verdict": "failed", "score": 0.67, "settled": True,
        "ended_at": now, "started_at": now - timedelta(seconds=90), "outcome": OUTCOME,
        "figures": FIGURES,
        "checks": _checks("passed", "failed", "passed", "passed", "passed"),
    }  # fmt: skip
    row = run(by, **{**ended, **fields})
    began = row.started_at.timestamp() if row.started_at else 0.0
    times = {"0": [began, began + 60], "1": [began + 60, began + 90]}
    done = {"phase": "over", "step_states": dict.fromkeys(times, "done")}
    row.cursor = {**row.cursor, **done, "step_times": times}
    row.save()
    return row


def line(row: GameDay, kind: str, **fields: Any) -> GameDayEvent:
    at = fields.pop("at", None) or row.started_at or row.created_at
    return GameDayEvent.objects.create(game_day=row, kind=kind, at=at, **fields)

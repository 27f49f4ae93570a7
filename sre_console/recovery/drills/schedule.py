"""When each disaster is to be drilled again: a quarter after it was last survived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max

from sre_console.models import DisasterDrill
from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.targets import DRILL_EVERY

# Drills came with this migration: what was never run is due a quarter after it was applied.
_CAME_WITH = ("sre_console", "0023_recovery")


@dataclass(frozen=True, slots=True)
class Due:
    """`passed_at` is when it was last passed, None: never."""

    scenario: str
    passed_at: datetime | None
    due_at: datetime

    def overdue(self, now: datetime) -> bool:
        return now > self.due_at

    def overdue_seconds(self, now: datetime) -> float:
        """0 while it is not."""
        return max(0.0, (now - self.due_at).total_seconds())


def drills_due(now: datetime) -> list[Due]:
    """For each scenario, in their order."""
    rows = DisasterDrill.objects.filter(state="finished", verdict="passed")
    passed = dict(
        rows.values_list("scenario")
        .annotate(at=Max("ended_at"))
        .values_list("scenario", "at")
    )
    began = _came_at() or now
    return [
        Due(key, passed.get(key), (passed.get(key) or began) + DRILL_EVERY)
        for key in SCENARIOS
    ]


def drills_overdue(now: datetime) -> list[Due]:
    """Those that should have been drilled by now, the one that waits longest first."""
    late = [due for due in drills_due(now) if due.overdue(now)]
    return sorted(late, key=lambda due: due.due_at)


def _came_at() -> datetime | None:
    """When drills came into this installation."""
    app, name = _CAME_WITH
    rows = MigrationRecorder.Migration.objects.filter(app=app, name=name)
    return rows.values_list("applied", flat=True).first()

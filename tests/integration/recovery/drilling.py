"""A disaster drill, from its start to where a test wants it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sre_console.audit.actor import Actor
from sre_console.audit.services import moment
from sre_console.models import AuditEntry, DisasterDrill, RestoreRun
from sre_console.recovery.drills.scenario import scenario_read
from sre_console.recovery.drills.services import drill_start
from sre_console.recovery.drills.stepping import step_change

OPS = Actor(name="ops", role="operator", via="session")
READ = {
    "before": "2026-01-31T12:00:30Z", "after": "2026-01-31T12:00:00Z",
    "source": "users.updated_at",
}  # fmt: skip


def began(scenario: str = "volume-lost", reason: str = "quarterly") -> DisasterDrill:
    return drill_start(actor=OPS, asked={"scenario": scenario, "reason": reason})


def ticked(row: DisasterDrill, key: str, **asked: object) -> DisasterDrill:
    return step_change(actor=OPS, number=row.pk, key=key, asked=asked)


def followed(row: DisasterDrill, *, but: str = "") -> DisasterDrill:
    """Every step in its order; the loss is 30 s, read by hand."""
    for step in scenario_read(row.document).steps:
        if step.key != but:
            row = ticked(row, step.key, **(READ if step.marks == "loss" else {}))
    return row


def restored(lost: float | None = 2.5, ended: datetime | None = None) -> RestoreRun:
    at = ended or moment()
    return RestoreRun.objects.create(
        kind="drill", repository="/backups", label="full-1", target="latest",
        state="good", started_at=at - timedelta(seconds=8), ended_at=at,
        recovery_seconds=8.0, lost_seconds=lost,
    )  # fmt: skip


def told() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="disaster_drill.")
    return [each.removeprefix("disaster_drill.") for each in rows.order_by("id").values_list("action", flat=True)]  # fmt: skip

"""Replicas in the database, as they have told of themselves within the last seconds."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sre_console.chaos.rows import database_now
from sre_console.models import MeasuredKnee, Replica
from tests.unit.capacity.stage import CALM, ONE

KNEE = {"rps": 120.0, "p99": 85.0, "server": "daphne", "processes": 1, "cores": 2, "mix": "crud"}  # fmt: skip


def alive(replica: UUID = ONE, *, ago: float = -60, **told: object) -> Replica:
    """By default for a minute yet: a busy machine's first request takes some seconds."""
    now = database_now()
    return Replica.objects.create(
        id=replica,
        started_at=now - timedelta(minutes=5) + timedelta(seconds=replica.int % 60),
        seen_at=now - timedelta(seconds=ago),
        resilience={"capacity": CALM | told},
    )


def knee(**more: object) -> MeasuredKnee:
    return MeasuredKnee.objects.create(**(KNEE | more))

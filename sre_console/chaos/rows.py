"""Between the row in the database and the plan as a value."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

from django.db import connection

from sre_console.chaos.allowance import allowance_read
from sre_console.chaos.asked import TTL_DEFAULT
from sre_console.chaos.plan import FaultSpec, Pacing, Plan
from sre_console.models import FaultPlan
from sre_console.models.chaos import FaultFields

NOTHING = FaultSpec()

End = Literal["changed", "stopped", "expired", "lapsed"]


def database_now() -> datetime:
    """The database's clock at this moment, not at the start of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast("datetime", cursor.fetchone()[0])


def spec_of(row: FaultFields) -> FaultSpec:
    return FaultSpec(
        error_rate=row.error_rate,
        pacing=cast("Pacing", row.pacing),
        seed=row.seed,
        latency_ms=row.latency_ms,
        jitter_ms=row.jitter_ms,
        latency_rate=row.latency_rate,
        dependency_error_rate=row.dependency_error_rate,
        dependency_latency_ms=row.dependency_latency_ms,
        methods=tuple(row.target_methods),
        path_prefix=row.target_path_prefix,
    )


def fields_of(spec: FaultSpec) -> dict[str, object]:
    """The columns of `FaultFields` that say which faults."""
    return {
        "error_rate": spec.error_rate,
        "pacing": spec.pacing,
        "seed": spec.seed,
        "latency_ms": spec.latency_ms,
        "jitter_ms": spec.jitter_ms,
        "latency_rate": spec.latency_rate,
        "dependency_error_rate": spec.dependency_error_rate,
        "dependency_latency_ms": spec.dependency_latency_ms,
        "target_methods": list(spec.methods),
        "target_path_prefix": spec.path_prefix,
    }


def held(row: FaultPlan, now: datetime) -> bool:
    """Whether a game day holds the plan now."""
    return row.holder != "" and row.held_until is not None and now < row.held_until


def plan_of(row: FaultPlan, now: datetime) -> Plan:
    """The plan as it stands now: one that has expired is off and holds no fault."""
    expired = row.enabled and (row.expires_at is None or row.expires_at <= now)
    is_held = held(row, now)
    return Plan(
        version=row.version,
        enabled=row.enabled and not expired,
        spec=NOTHING if expired else spec_of(row),
        ttl_seconds=TTL_DEFAULT if expired else row.ttl_seconds,
        started_at=row.started_at,
        expires_at=row.expires_at,
        started_by=row.started_by,
        reason=row.reason,
        holder=row.holder if is_held else "",
        held_until=row.held_until if is_held else None,
        renewals=row.renewals,
        allowance=allowance_read(row.allowance),
        concealed=row.concealed,
    )

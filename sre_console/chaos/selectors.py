"""Reading the fault plan, what it did so far, and its past."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max, Q, Sum
from django.db.models.functions import Now

from ironclad.envelope import timestamp
from sre_console.chaos.concealment import plan_told, secrets
from sre_console.chaos.plan import Plan
from sre_console.chaos.rows import database_now, plan_of
from sre_console.models import FaultPeriod, FaultPlan, FaultTally, Replica

REPLICA_SILENT = timedelta(seconds=5)  # after that it no longer counts as there


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """The plan, and what all replicas together did under it."""

    plan: Plan
    remaining: float  # seconds by the database's clock
    requests: int  # that the plan targeted
    failed: int  # of those, answered with 5xx
    errors: int
    delays: int
    dependency_errors: int
    replicas: int
    confirmed: int  # replicas that hold this version


def plan_read() -> tuple[Plan, float]:
    """The plan and its remaining seconds: what a replica asks for often."""
    plan, remaining, _now = _read()
    return plan, remaining


def plan_status() -> PlanStatus:
    plan, remaining, now = _read()
    sums = FaultTally.objects.filter(version=_counted_version(plan)).aggregate(
        **{name: Sum(name, default=0) for name in _COUNTS}
    )
    alive = Replica.objects.filter(seen_at__gt=now - REPLICA_SILENT)
    versions = list(alive.values_list("plan_version", flat=True))
    return PlanStatus(
        plan=plan,
        remaining=remaining,
        replicas=len(versions),
        confirmed=versions.count(plan.version),
        **sums,
    )


def replicas_alive() -> int:
    """How many replicas have been seen within the last seconds."""
    return Replica.objects.filter(seen_at__gt=database_now() - REPLICA_SILENT).count()


def allowance_spent(key: str) -> dict[str, Counter[str]]:
    """What each replica's faults have cost under this key: bad events, by SLO.

    A second behind at most; replicas that are gone are in it as well.
    """
    spent: dict[str, Counter[str]] = {}
    rows = FaultTally.objects.filter(allowance_key=key)
    for replica, bad in rows.values_list("replica", "bad"):
        spent.setdefault(str(replica), Counter()).update(bad)
    return spent


def allowance_spent_out(key: str, version: int | None = None) -> set[str]:
    """The replicas that have ended their faults: their share in a version is used up.

    By default in the newest one that any of them has counted.
    """
    rows = FaultTally.objects.filter(allowance_key=key)
    newest = version or rows.aggregate(version=Max("version"))["version"]
    out = rows.filter(version=newest, spent_out=True)
    return {str(replica) for replica in out.values_list("replica", flat=True)}


_PLAN = "SELECT * FROM fault_plan WHERE id = 1"
_COUNTS = ("requests", "failed", "errors", "delays", "dependency_errors")


def _read() -> tuple[Plan, float, datetime]:
    row = next(iter(FaultPlan.objects.raw(_PLAN)), None) or FaultPlan()
    now = database_now()
    plan = plan_of(row, now)
    if plan.enabled and not settings.CHAOS_ALLOWED:
        plan = replace(plan, enabled=False)  # left over from before it was forbidden
    if not plan.enabled or plan.expires_at is None:
        return plan, 0.0, now
    left = (plan.expires_at - now).total_seconds()
    # more is left only where the database's clock has jumped back
    return plan, min(left, plan.ttl_seconds), now


def _counted_version(plan: Plan) -> int:
    """After an end the figures of the plan that ended are still told."""
    if plan.enabled and plan.spec.active:
        return plan.version
    newest = FaultPeriod.objects.order_by("-version").values_list("version", flat=True)
    return newest.first() or plan.version


def plan_json(status: PlanStatus) -> dict[str, object]:
    plan = plan_told(status.plan)
    spec = plan.spec
    if plan.secret:
        status = replace(
            status, requests=0, failed=0, errors=0, delays=0, dependency_errors=0
        )
    return {
        "version": plan.version,
        "enabled": plan.enabled,
        "pacing": spec.pacing,
        "seed": spec.seed,
        "errorRate": spec.error_rate,
        "latencyMs": spec.latency_ms,
        "jitterMs": spec.jitter_ms,
        "latencyRate": spec.latency_rate,
        "dependencyErrorRate": spec.dependency_error_rate,
        "dependencyLatencyMs": spec.dependency_latency_ms,
        "target": {"methods": list(spec.methods), "pathPrefix": spec.path_prefix},
        "ttlSeconds": plan.ttl_seconds,
        "startedAt": timestamp(plan.started_at) if plan.started_at else None,
        "expiresAt": timestamp(plan.expires_at) if plan.expires_at else None,
        "startedBy": plan.started_by,
        "reason": plan.reason,
        "injected": {
            "errors": status.errors,
            "delays": status.delays,
            "dependencyErrors": status.dependency_errors,
        },
        "remainingSeconds": round(status.remaining, 3),
        "requests": status.requests,
        "failed": status.failed,
        "replicas": {"count": status.replicas, "confirmed": status.confirmed},
        "holder": plan.holder or None,
        "concealed": plan.secret,
        "environment": settings.ENVIRONMENT,
    }


@dataclass(frozen=True, slots=True)
class Band:
    """One version that was in force: a shaded band on the charts."""

    version: int
    began: datetime
    ended: datetime | None
    error_rate: float
    latency_ms: int
    jitter_ms: int
    dependency_error_rate: float
    dependency_latency_ms: int
    started_by: str
    reason: str
    end: str


def periods(since: datetime, until: datetime, most: int | None = None) -> list[Band]:
    """The bands that touch the range, newest first; `most` of them. No secret is among them."""
    touching = FaultPeriod.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=since), began_at__lte=until
    )
    told = touching.exclude(secrets(Now())).annotate(now=Now())
    return [_band(row, row.now) for row in told.order_by(F("began_at").desc())[:most]]


def _band(row: FaultPeriod, now: datetime) -> Band:
    # an expiry that nobody has written down yet is an end all the same
    expired = row.ended_at is None and row.expires_at <= now
    return Band(
        version=row.version,
        began=row.began_at,
        ended=row.expires_at if expired else row.ended_at,
        error_rate=row.error_rate,
        latency_ms=row.latency_ms,
        jitter_ms=row.jitter_ms,
        dependency_error_rate=row.dependency_error_rate,
        dependency_latency_ms=row.dependency_latency_ms,
        started_by=row.started_by,
        reason=row.reason,
        end="expired" if expired else row.end,
    )


def band_json(band: Band) -> dict[str, object]:
    """Times in seconds since 1970."""
    return {
        "version": band.version,
        "from": band.began.timestamp(),
        "to": band.ended.timestamp() if band.ended else None,
        "errorRate": band.error_rate,
        "latencyMs": band.latency_ms,
        "jitterMs": band.jitter_ms,
        "dependencyErrorRate": band.dependency_error_rate,
        "dependencyLatencyMs": band.dependency_latency_ms,
        "startedBy": band.started_by,
        "reason": band.reason,
        "end": band.end,
    }

"""What the last thirty days hold, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from sre_console.chaos.concealment import secrets
from sre_console.models import (
    AuditEntry,
    Deployment,
    FaultPeriod,
    GameDay,
    Incident,
    PatternPeriod,
)

DAYS = 30
_NO_REASON = ("", "no reason given")


@dataclass(frozen=True, slots=True)
class Overview:
    entries: int  # of the audit log
    faults: int
    unexplained: int  # of those, without a reason
    switches: int
    game_days: int
    approved: int
    incidents: int
    deployments: int


def overview(now: datetime) -> Overview:
    since = now - timedelta(days=DAYS)
    faults = FaultPeriod.objects.exclude(secrets(now)).filter(began_at__gte=since)
    runs = GameDay.objects.filter(created_at__gte=since)
    return Overview(
        entries=AuditEntry.objects.filter(at__gte=since).count(),
        faults=faults.count(),
        unexplained=faults.filter(Q(reason__in=_NO_REASON)).count(),
        switches=PatternPeriod.objects.filter(began_at__gte=since).count(),
        game_days=runs.count(),
        approved=runs.exclude(approved_by="").count(),
        incidents=Incident.objects.filter(opened_at__gte=since).count(),
        deployments=Deployment.objects.filter(at__gte=since).count(),
    )

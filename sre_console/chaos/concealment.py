"""What is kept from everybody while a drill's fault is to be found: the one place that decides it.

A concealed version is a secret while it is in force, and none from the moment it is over, however
it ended: nothing has to run for that. Nothing is told of a secret but that there is one: answers,
headers, bands, logs and records say of it what they would say of a failure that nobody injected.
The counters of `/metrics` go on counting it, for they cannot be corrected later; so do the database's
rows, for whoever may read those.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from sre_console.chaos.plan import Plan
from sre_console.chaos.rows import NOTHING, fields_of, spec_of
from sre_console.models import FaultPeriod


def secrets(now: datetime | Now) -> Q:
    """Of `FaultPeriod`: those that are secret now."""
    return Q(concealed=True, ended_at=None, expires_at__gt=now)


def secret(row: FaultPeriod, now: datetime) -> bool:
    return row.concealed and row.ended_at is None and row.expires_at > now


def secret_in_force(now: datetime | None = None) -> bool:
    """Whether there is one: then what tells injected failures from others is not told either."""
    return FaultPeriod.objects.filter(secrets(now or Now())).exists()


def plan_told(plan: Plan) -> Plan:
    """The plan as everybody may see it: of a secret one only that it is there, and until when."""
    if not plan.secret:
        return plan
    return replace(plan, spec=NOTHING, reason="", allowance=None)


def columns_told(columns: dict[str, object], *, concealed: bool) -> dict[str, object]:
    """What the audit log says of a change as it is made; the rest follows when it is over."""
    return {"concealed": True} if concealed else columns


def period_faults(row: FaultPeriod) -> dict[str, object]:
    """What it was, as columns of the audit log."""
    return fields_of(spec_of(row))

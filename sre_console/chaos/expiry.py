"""Writing down that a plan has expired; each replica has ended it alone by then."""

from __future__ import annotations

from datetime import datetime

from django.db.models.functions import Now

from ironclad.database.existing import exists
from sre_console.audit.actor import SYSTEM
from sre_console.audit.services import audited, record
from sre_console.models import FaultPeriod

_OVER = """
SELECT FROM fault_period
WHERE ended_at IS NULL AND expires_at <= coalesce(%s, statement_timestamp())
"""


def close_expired(now: datetime | None = None) -> int:
    """Close the periods whose expiry has passed; whoever notices first writes it.

    Cheap when there is nothing to close, so that it may be called each beat. Returns how many.
    """
    if not exists(_OVER, now):
        return 0
    over = FaultPeriod.objects.filter(ended_at=None, expires_at__lte=now or Now())
    with audited():
        closed = 0
        for period in over.select_for_update().order_by("version"):
            period.ended_at = period.expires_at
            period.end = "expired"
            period.save(update_fields=["ended_at", "end"])
            closed += 1
            record(
                actor=SYSTEM,
                action="fault_plan.expired",
                subject=f"fault plan {period.version}",
                detail={"startedBy": period.started_by},
                before={"enabled": True},
                after={"enabled": False},
            )
    return closed

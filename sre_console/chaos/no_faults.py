"""The lever "no faults": while it is pulled nothing is injected by anybody, in any way.

Pulling it ends what is in force as well (sre_console.live.lever).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ironclad.envelope import timestamp
from ironclad.errors import Conflict
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import REASON_LONGEST, Asked
from sre_console.chaos.rows import database_now
from sre_console.models import NoFaults


def no_faults_read() -> NoFaults:
    return NoFaults.objects.filter(id=1).first() or NoFaults()


def no_faults_check() -> None:
    """Raises Conflict, with who, when and why, while the lever is pulled.

    Asked within the audited transaction of a change. Those come one after the other, and so
    does pulling: what is let through here is over before it is pulled, and is ended by that.
    """
    pulled_check(no_faults_read())


def pulled_check(row: NoFaults) -> None:
    if not row.pulled:
        return
    at = "" if row.at is None else f" at {row.at:%Y-%m-%d %H:%M:%S} UTC"
    message = (
        f"No faults: {row.by} forbade every fault{at} ({row.reason}). "
        "Only an administrator allows them again."
    )
    raise Conflict(message)


def reason_needed(asked: Mapping[str, object]) -> str:
    """Why it is pulled: whoever is refused reads it. Raises FieldsInvalid."""
    fields = Asked(asked)
    reason = fields.line("reason", least=1, most=REASON_LONGEST)
    fields.refuse_unknown({"reason"})
    fields.refuse()
    return reason


def no_faults_set(*, actor: Actor, reason: str) -> NoFaults:
    """Forbid every fault; in the transaction that ends those in force.

    Raises Conflict where that is so already, and PermissionRefused.
    """
    access_check(actor, "no_faults.pull")
    with audited():
        row = _locked()
        pulled_check(row)
        row.pulled, row.by, row.at = True, actor.name[:150], database_now()
        row.reason = reason[:REASON_LONGEST]
        row.released_by, row.released_at, row.release_reason = "", None, ""
        row.save()
        record(
            actor=actor,
            action="no_faults.pulled",
            subject="no faults",
            before={"pulled": False},
            after={"pulled": True},
            reason=row.reason,
        )
    return row


def no_faults_release(*, actor: Actor, reason: str = "") -> NoFaults:
    """Allow faults again. Raises Conflict where they are, and PermissionRefused.

    It starts nothing: what was ended stays ended.
    """
    access_check(actor, "no_faults.release")
    with audited():
        row = _locked()
        if not row.pulled:
            message = "Faults are not forbidden."
            raise Conflict(message)
        now = database_now()
        row.pulled, row.released_by, row.released_at = False, actor.name[:150], now
        row.release_reason = reason[:REASON_LONGEST]
        row.save()
        record(
            actor=actor,
            action="no_faults.released",
            subject="no faults",
            detail={"pulledBy": row.by, "pulledForSeconds": _seconds(row.at, now)},
            before={"pulled": True},
            after={"pulled": False},
            reason=row.release_reason,
        )
    return row


def no_faults_json(row: NoFaults) -> dict[str, object]:
    return {
        "pulled": row.pulled,
        "by": row.by or None,
        "at": row.at and timestamp(row.at),
        "reason": row.reason,
        "releasedBy": row.released_by or None,
        "releasedAt": row.released_at and timestamp(row.released_at),
        "releaseReason": row.release_reason,
    }


def _locked() -> NoFaults:
    NoFaults.objects.get_or_create(id=1)
    return NoFaults.objects.select_for_update().get(id=1)


def _seconds(since: datetime | None, until: datetime) -> float | None:
    return None if since is None else round((until - since).total_seconds(), 1)

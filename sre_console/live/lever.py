"""Pulling the lever "no faults": it ends what STOP ALL ends, and forbids what could follow."""

from __future__ import annotations

from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.no_faults import no_faults_set
from sre_console.live.stop import stop_write
from sre_console.models import NoFaults


def no_faults_pull(*, actor: Actor, reason: str) -> NoFaults:
    """End every fault, game day and drill, put every pattern in force, and forbid new ones.

    One transaction: either all of it is so, or nothing is. Every replica hears of it at once;
    one that the database does not reach ends its faults within 5 s by itself.

    Raises Conflict where it is pulled already, and PermissionRefused.
    """
    with audited():
        row = no_faults_set(actor=actor, reason=reason)
        stop_write(actor, reason)
    return row

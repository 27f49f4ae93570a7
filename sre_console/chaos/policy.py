"""Who may inject faults, and where: the rules that hold for every way in."""

from __future__ import annotations

from ironclad.errors import Conflict, PermissionRefused

CHANGERS = frozenset({"operator", "system"})  # system: expiry, lapsed leases


def changer_check(role: str) -> None:
    """Raises PermissionRefused for a role that may only look."""
    if role not in CHANGERS:
        message = "Only an operator may change the fault plan."
        raise PermissionRefused(message)


def injection_check(*, role: str, allowed: bool) -> None:
    """Raises PermissionRefused unless this role may inject faults in this installation.

    Ending faults needs `changer_check` only: stopping always works.
    """
    changer_check(role)
    if not allowed:
        message = "Faults are switched off here: IRONCLAD_CHAOS_ALLOWED is off."
        raise PermissionRefused(message)


def hold_check(holder: str, *, but: str = "") -> None:
    """Raises Conflict where another than `but` holds the plan; '' is nobody."""
    if holder in {"", but}:
        return
    number = holder.rpartition("-")[2]
    message = (
        f"Game day {number} holds the faults while it runs. Stop it at "
        f"/console/game-days/{number}, or end every fault with STOP ALL."
    )
    raise Conflict(message)

"""Who may inject faults, where, and after which question: the rules for every way in."""

from __future__ import annotations

import math
from collections.abc import Collection

from ironclad.errors import Conflict, PermissionRefused


def injection_check(
    *, allowed: bool, environment: str = "", named: Collection[str] = ()
) -> None:
    """Raises PermissionRefused unless faults may be injected in this installation.

    Ending them is never asked this: stopping always works.
    """
    if allowed:
        return
    message = "Faults are switched off here: IRONCLAD_CHAOS_ALLOWED is off."
    if named:
        message = (
            f"Faults are switched off here: IRONCLAD_CHAOS_ALLOWED names "
            f"{', '.join(named)}, and this is {environment}."
        )
    raise PermissionRefused(message)


def confirmation_check(
    *,
    share: float,
    above: float | None,
    environment: str,
    confirm: object,
    reaches: str = "requests",
) -> str:
    """What was confirmed: the environment's name, or empty where nothing had to be.

    `share` of the requests is touched; more than `above` asks for the name. Another one is
    refused whatever is touched: who sends it believes to be elsewhere. Raises Conflict.
    """
    asked = above is not None and share > above
    if confirm is not None and confirm != environment:
        message = f"confirm names another environment; this is {environment}."
        raise Conflict(message, field="confirm")
    if not asked or above is None:
        return ""
    if confirm is None:
        message = (
            f"This touches {percent(share)} of the {reaches} in {environment}, more than "
            f'{percent(above)}. To confirm it, send confirm: "{environment}".'
        )
        raise Conflict(message, field="confirm")
    return environment


def percent(ratio: float) -> str:
    """Rounded to 3 digits, but never to a whole that it is not."""
    value = ratio * 100
    return f"{math.floor(value * 10) / 10 if value > 99 else value:.3g} %"  # noqa: PLR2004


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

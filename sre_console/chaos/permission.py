"""The rules of `policy`, asked with what this installation is set to."""

from __future__ import annotations

from django.conf import settings

from sre_console.chaos.blast import reach, touched
from sre_console.chaos.plan import FaultSpec
from sre_console.chaos.policy import confirmation_check, injection_check


def injection_allowed_check() -> None:
    """Raises PermissionRefused unless faults may be injected here."""
    injection_check(
        allowed=settings.CHAOS_ALLOWED,
        environment=settings.ENVIRONMENT,
        named=settings.CHAOS_ENVIRONMENTS,
    )


def confirmed_fault(spec: FaultSpec, confirm: object) -> dict[str, object]:
    """What the audit entry says of the confirmation. Raises Conflict where one is needed."""
    return confirmed_share(touched(spec), confirm, reaches=reach(spec))


def confirmed_share(
    share: float, confirm: object, *, reaches: str = "requests to the service"
) -> dict[str, object]:
    """The same for what is not one fault: a scenario at its worst."""
    name = confirmation_check(
        share=share,
        above=settings.CHAOS_CONFIRM_ABOVE,
        environment=settings.ENVIRONMENT,
        confirm=confirm,
        reaches=reaches,
    )
    return {"confirmed": name, "touched": round(share, 6)} if name else {}


def confirmation_needed(share: float) -> bool:
    """Whether a person has to type the environment's name for this."""
    above = settings.CHAOS_CONFIRM_ABOVE
    return above is not None and share > above

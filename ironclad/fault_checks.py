"""Where faults are allowed, and whether somebody meant it: checks W060 to W062."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004


@register()
def check_safe_faults(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """A settings file of another environment, and faults that nobody is asked about."""
    del app_configs
    here, named = settings.ENVIRONMENT, settings.CHAOS_ENVIRONMENTS
    found: list[CheckMessage] = []
    if named and here not in named:
        found.append(
            Warning(
                f"IRONCLAD_CHAOS_ALLOWED names {', '.join(named)}, and this is {here}: "
                "every fault is refused.",
                hint="Leave it so where the settings are another environment's; else "
                "name this one in it, or set IRONCLAD_ENVIRONMENT.",
                id="ironclad.W060",
            )
        )
    if settings.BUILTIN or not settings.CHAOS_ALLOWED:
        return found
    if not named:
        found.append(
            Warning(
                "IRONCLAD_CHAOS_ALLOWED is on for whichever environment this is.",
                hint=f"Name it, IRONCLAD_CHAOS_ALLOWED={here}: the same settings "
                "elsewhere then allow nothing.",
                id="ironclad.W061",
            )
        )
    if settings.CHAOS_CONFIRM_ABOVE is None:
        found.append(
            Warning(
                "Nobody is asked to confirm a fault, however many requests it touches.",
                hint="Set IRONCLAD_CHAOS_CONFIRM_ABOVE to a share, such as 0.05.",
                id="ironclad.W062",
            )
        )
    return found

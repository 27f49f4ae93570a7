"""A misconfiguration of the control panel, told before the first beat."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from sre_console.incidents.catalogue import catalogue
from sre_console.slo.documents import DocumentInvalid


@register()
def check_rules(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """SLOs, windows and alert rules can be read."""
    del app_configs
    try:
        catalogue()
    except DocumentInvalid as error:
        hint = (
            "The file is in deploy/slo; docs/guide/incidents.md says what it may hold."
        )
        return [Error(str(error), hint=hint, id="sre_console.E001")]
    return []

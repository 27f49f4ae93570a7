"""The names that a scenario may use in this installation."""

from __future__ import annotations

from sre_console.gamedays.scenarios.known import Known
from sre_console.incidents.catalogue import catalogue
from sre_console.slo.objectives import objectives


def known_here() -> Known:
    """Its alert rules and SLOs, as deploy/slo says."""
    return Known(
        alerts=tuple((rule.name, rule.slo) for rule in catalogue().rules),
        slos=tuple(objective.name for objective in objectives()),
    )

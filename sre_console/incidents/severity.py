"""How grave an alert or an incident is; only a page may wake anybody."""

from __future__ import annotations

from typing import Literal

Severity = Literal["page", "critical", "ticket", "warning"]
SEVERITIES: tuple[Severity, ...] = (
    "page",
    "critical",
    "ticket",
    "warning",
)  # worst first


def worse(one: Severity, other: Severity) -> bool:
    """Whether `one` is graver than `other`."""
    return SEVERITIES.index(one) < SEVERITIES.index(other)

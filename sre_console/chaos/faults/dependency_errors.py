"""Makes the database fail or answer slowly, as the service sees it."""

from __future__ import annotations

from sre_console.chaos.faults.registry import Bounds, Fault, register

_UNAVAILABLE = "{} must be 0: faults of the dependency are not supported yet."
_ERRORS = "dependencyErrorRate"
_LATENCY = "dependencyLatencyMs"

DEPENDENCY = register(
    Fault(
        id="dependency",
        description="Makes the database fail or answer slowly, as the service sees it.",
        switch="dependency_error_rate",
        bounds=(
            Bounds(
                name=_ERRORS,
                attribute="dependency_error_rate",
                most=1,
                unavailable=_UNAVAILABLE.format(_ERRORS),
            ),
            Bounds(
                name=_LATENCY,
                attribute="dependency_latency_ms",
                most=10_000,
                whole=True,
                unavailable=_UNAVAILABLE.format(_LATENCY),
            ),
        ),
    )
)

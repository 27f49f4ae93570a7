"""Holds every database call for a while before it is made."""

from __future__ import annotations

from sre_console.chaos.faults.registry import Bounds, Fault, register

DEPENDENCY_LATENCY = Bounds(
    name="dependencyLatencyMs",
    attribute="dependency_latency_ms",
    most=10_000,
    whole=True,
)

DEPENDENCY_DELAY = register(
    Fault(
        id="dependency_latency",
        description="Holds every database call for a while before it is made.",
        switch="dependency_latency_ms",
        bounds=(DEPENDENCY_LATENCY,),
    )
)

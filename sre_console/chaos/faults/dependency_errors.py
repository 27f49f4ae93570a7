"""Fails a share of the database calls before anything is sent."""

from __future__ import annotations

from sre_console.chaos.faults.registry import Bounds, Fault, register

DEPENDENCY_RATE = Bounds(
    name="dependencyErrorRate", attribute="dependency_error_rate", most=1
)

DEPENDENCY_ERRORS = register(
    Fault(
        id="dependency_errors",
        description="Fails a share of the database calls before anything is sent.",
        switch="dependency_error_rate",
        bounds=(DEPENDENCY_RATE,),
    )
)

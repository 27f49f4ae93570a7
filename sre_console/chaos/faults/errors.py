"""Answers a share of the requests with 500 INJECTED_FAULT."""

from __future__ import annotations

from sre_console.chaos.faults.registry import Bounds, Fault, register

RATE = Bounds(name="errorRate", attribute="error_rate", most=1)

ERRORS = register(
    Fault(
        id="errors",
        description="Answers a share of the requests with 500 INJECTED_FAULT.",
        switch="error_rate",
        bounds=(RATE,),
    )
)

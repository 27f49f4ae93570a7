"""Holds a share of the requests for a while before they are served."""

from __future__ import annotations

from sre_console.chaos.faults.registry import Bounds, Fault, register

LATENCY = Bounds(name="latencyMs", attribute="latency_ms", most=10_000, whole=True)
# drawn evenly from latency - jitter to latency + jitter, never below no delay
JITTER = Bounds(name="jitterMs", attribute="jitter_ms", most=10_000, whole=True)
SHARE = Bounds(name="latencyRate", attribute="latency_rate", most=1, default=1)

DELAY = register(
    Fault(
        id="latency",
        description="Holds a share of the requests for a while before they are served.",
        switch="latency_ms",
        bounds=(LATENCY, JITTER, SHARE),
    )
)

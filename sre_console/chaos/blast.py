"""How many of the requests a fault reaches. Pure."""

from __future__ import annotations

from sre_console.chaos.plan import FaultSpec


def touched(spec: FaultSpec) -> float:
    """The share of requests that is failed or delayed; independent faults add up."""
    delayed = spec.latency_rate if spec.latency_ms else 0.0
    behind = 1.0 if spec.dependency_latency_ms else spec.dependency_error_rate
    share = 1 - (1 - spec.error_rate) * (1 - delayed) * (1 - behind)
    return round(share, 9)  # 1 - (1 - 0.05) is more than 0.05


def reach(spec: FaultSpec) -> str:
    """Which requests those are a share of: "GET requests to /api/users"."""
    methods = f"{', '.join(spec.methods)} " if spec.methods else ""
    return f"{methods}requests to {spec.path_prefix}"

"""What a Prometheus answers about a moment that is over: nobody has to ask in time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.stack.fleet import Configured
from tests.stack.measured import measured

_BACK = 600  # seconds that are looked through for the fault
_FAULT = "max(ironclad_fault_seconds) > 0"
_TOLD = 'count(ALERTS{alertstate="firing", severity="page"})'
TOLD_IN_A_FAULT = f"({_TOLD}) and on () ({_FAULT})"
_OPENED = 'sum(rate(ironclad_incidents_total{event="opened"}[2s])) > 0'
_QUIET = 'sum(rate(http_requests_total{app="backend"}[10s])) > 10'


@dataclass(frozen=True, slots=True)
class Moments:
    """Epoch seconds of a run with traffic."""

    healthy: float  # just before the fault
    opened: float  # just after it opened an incident
    fault: float  # while it is in force and a page fires


def moments(prometheus: Configured) -> Moments:
    """Raises AssertionError for a run in which nothing has happened."""
    fault = _last(prometheus, TOLD_IN_A_FAULT, time.time())
    began = _first(prometheus, _FAULT)
    return Moments(
        healthy=_last(prometheus, _QUIET, began - 1),
        opened=_last(prometheus, _OPENED, fault),
        fault=fault,
    )


def _first(prometheus: Configured, expression: str) -> float:
    return _times(prometheus, expression, time.time())[0]


def _last(prometheus: Configured, expression: str, until: float) -> float:
    return _times(prometheus, expression, until)[-1]


def _times(prometheus: Configured, expression: str, until: float) -> list[float]:
    """When it had data, each second, oldest first."""
    answer = prometheus.get(
        "/api/v1/query_range",
        query=expression,
        start=str(until - _BACK),
        end=str(until),
        step="1",
    )
    found = [float(at) for one in answer["data"]["result"] for at, _ in one["values"]]
    assert found, f"never: {expression}"
    return sorted(found)


def has_data(prometheus: Configured, expression: str, at: float | None = None) -> bool:
    """Whether it gives a number, at that moment or now; NaN is none."""
    moment = {} if at is None else {"time": str(at)}
    answer = prometheus.get("/api/v1/query", query=expression, **moment)
    data = answer["data"]
    values = (
        [data["result"]]
        if data["resultType"] == "scalar"
        else [one["value"] for one in data["result"]]
    )
    return any(not math.isnan(float(value)) for _, value in values)


@dataclass(frozen=True, slots=True)
class Rule:
    """One that Prometheus has loaded."""

    name: str
    trouble: str  # what its last evaluation failed with
    parts: tuple[str, ...]  # what has to have data; none: a constant


def rules(prometheus: Configured) -> Iterator[Rule]:
    for group in prometheus.get("/api/v1/rules")["data"]["groups"]:
        for rule in group["rules"]:
            query = rule["query"]
            alert = rule["type"] == "alerting"
            parts = measured(query) if alert else [query]
            yield Rule(rule["name"], rule.get("lastError", ""), tuple(parts))

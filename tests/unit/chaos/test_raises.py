"""What counts as starting or raising a fault, which the floor may refuse."""

from __future__ import annotations

import pytest

from sre_console.chaos.plan import FaultSpec

NOTHING = FaultSpec()
BEFORE = FaultSpec(
    error_rate=0.05,
    latency_ms=400,
    latency_rate=0.5,
    methods=("GET", "POST"),
    path_prefix="/api/users/1",
)


def like(**changes: object) -> FaultSpec:
    values = {
        "error_rate": 0.05, "latency_ms": 400, "latency_rate": 0.5,
        "methods": ("GET", "POST"), "path_prefix": "/api/users/1", **changes,
    }  # fmt: skip
    return FaultSpec(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "after",
    [
        like(error_rate=0.06),
        like(latency_ms=500),
        like(latency_rate=0.6),
        like(jitter_ms=1),
        like(dependency_error_rate=0.01),
        like(dependency_latency_ms=1),
        like(error_rate=0.01, latency_ms=401),
        like(methods=()),
        like(methods=("GET", "PUT")),
        like(path_prefix="/api/users"),
        like(path_prefix="/api/users/12"),
    ],
    ids=str,
)
def test_more_of_anything_is_a_raise(after: FaultSpec) -> None:
    assert after.raises(BEFORE)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        like(error_rate=0.01),
        like(latency_ms=0, latency_rate=1.0),  # its share says nothing then
        like(methods=("POST",)),
        like(path_prefix="/api/users/1/posts"),
        like(pacing="random"),
        NOTHING,
    ],
    ids=str,
)
def test_the_same_or_less_is_none(after: FaultSpec) -> None:
    assert not after.raises(BEFORE)


def test_any_fault_where_there_was_none_is_a_start() -> None:
    assert FaultSpec(error_rate=0.000001).raises(NOTHING)
    assert not NOTHING.raises(NOTHING)

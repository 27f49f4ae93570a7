"""Each transition, attempt and refusal has its metric and its line in the log."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

from ironclad.database.observers import ResilienceObserver
from ironclad.observability import logs
from ironclad.resilience import process
from ironclad.resilience.breaker import BreakerPolicy
from ironclad.resilience.events import (
    BreakerChanged,
    CallEnded,
    CallRefused,
    Event,
    FaultInjected,
    RetryMade,
    RetryRefused,
    RetryScheduled,
    events,
)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure("stderr")


def line(stream: io.StringIO, event: Event) -> dict[str, Any]:
    ResilienceObserver()(event)
    told: dict[str, Any] = json.loads(stream.getvalue())
    return told


def counted(event: Event, metric: str, **labels: str) -> float:
    before = REGISTRY.get_sample_value(metric, labels) or 0
    ResilienceObserver()(event)
    return (REGISTRY.get_sample_value(metric, labels) or 0) - before


@pytest.mark.parametrize(
    ("event", "metric", "labels"),
    [
        (BreakerChanged("db", "closed", "open", "failures", 1, 0.0),
         "circuit_breaker_transitions_total", {"to": "open"}),
        (CallEnded("db", "failed"),
         "circuit_breaker_calls_total", {"outcome": "failed"}),
        (CallRefused("db"), "circuit_breaker_calls_total", {"outcome": "refused"}),
        (RetryMade("db", 2), "retry_attempts_total", {}),
        (RetryRefused("db", 1, "budget"), "retry_refused_total", {"reason": "budget"}),
    ],
)  # fmt: skip
def test_it_is_counted(event: Event, metric: str, labels: dict[str, str]) -> None:
    assert counted(event, metric, name="db", **labels) == 1


def test_an_injected_fault_is_counted_by_its_kind() -> None:
    event = FaultInjected("db", "dependency_delay", 3, 1)
    assert counted(event, "chaos_injected_total", kind="dependency_delay") == 1


def test_the_series_of_a_breaker_start_when_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "_observers", (ResilienceObserver(),))
    made = process.breaker("made-late", BreakerPolicy())

    def figure(metric: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(metric, {"name": "made-late", **labels})

    assert figure("circuit_breaker_calls_total", outcome="refused") == 0
    assert figure("retry_attempts_total") == 0
    assert figure("circuit_breaker_state") == 0
    made.trip()
    assert figure("circuit_breaker_state") == 1
    del process.breakers["made-late"]


def test_a_transition_is_logged_and_an_opening_is_a_warning(
    stream: io.StringIO,
) -> None:
    told = line(stream, BreakerChanged("db", "closed", "open", "failures", 1, 0.0))
    assert told["message"] == "circuit_breaker_changed"
    assert told["level"] == "WARNING"
    assert (told["breaker"], told["after"], told["reason"]) == (
        "db",
        "open",
        "failures",
    )


def test_a_retry_is_logged_with_its_wait(stream: io.StringIO) -> None:
    told = line(stream, RetryScheduled("db", 1, 1.25, "DATABASE_UNAVAILABLE"))
    assert (told["message"], told["wait"]) == ("retry_scheduled", 1250)


def test_a_retry_that_is_not_made_says_why(stream: io.StringIO) -> None:
    told = line(stream, RetryRefused("db", 2, "budget"))
    assert (told["attempt"], told["reason"]) == (2, "budget")

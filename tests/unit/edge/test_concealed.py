"""What a concealed fault does to a request is told by nothing but what is done."""

from __future__ import annotations

import io
import json

from ironclad.edge.events import FaultDecision
from ironclad.edge.facts import Facts
from ironclad.edge.inject import _kinds
from ironclad.edge.observers import AccessLog
from ironclad.resilience.effects import Effects
from tests.unit.edge.driver import Edge
from tests.unit.edge.test_observers import finished, stream, value

__all__ = ["stream"]


async def test_a_concealed_error_is_answered_like_any_other_failure() -> None:
    edge = Edge(decision=FaultDecision(3, error=True, concealed=True))
    answer = await edge.get("/api/users")
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert "x-ironclad-fault" not in answer.headers
    assert b"inject" not in answer.body.lower()


async def test_a_concealed_delay_shows_in_the_time_alone() -> None:
    edge = Edge(decision=FaultDecision(3, delay=0.4, concealed=True))
    answer = await edge.get("/api/users")
    assert answer.status == 200
    assert "x-ironclad-fault" not in answer.headers
    assert edge.finished[0].fault is not None  # it is counted as what it is
    assert edge.finished[0].exercise


def test_a_concealed_fault_of_the_dependency_is_in_no_header() -> None:
    effects = Effects("GET", "/api/users", dependency_errors=1)
    facts = Facts("abcd", 0.0)
    assert _kinds(facts, effects) == ["dependency"]
    effects.concealed = True
    assert _kinds(facts, effects) == []


def test_the_access_log_keeps_it_too(stream: io.StringIO) -> None:
    hidden = FaultDecision(3, delay=0.4, error=True, concealed=True)
    effects = Effects("GET", "/", dependency_errors=2, concealed=True)
    AccessLog()(finished(status=500, fault=hidden, effects=effects))
    line = json.loads(stream.getvalue())
    assert line["fault"] is None
    assert "dependencyFault" not in line


def test_the_counters_go_on_counting_it() -> None:
    from ironclad.edge.observers import MetricsObserver

    before = value("chaos_injected_total", kind="error")
    hidden = FaultDecision(3, error=True, concealed=True)
    MetricsObserver()(finished(status=500, fault=hidden))
    assert value("chaos_injected_total", kind="error") == before + 1

"""Invariant 1: faults reach the service routes alone, and what was done is recorded."""

from __future__ import annotations

import asyncio

import pytest

from ironclad.edge import inject
from ironclad.edge.events import FaultDecision

from .driver import Edge, turn

EVERYTHING = FaultDecision(3, delay=10.0, error=True)


async def test_a_decided_error_is_answered_in_the_envelope() -> None:
    edge = Edge(decision=FaultDecision(3, error=True))
    answer = await edge.get("/api/users")
    assert (answer.status, answer.code) == (500, "INJECTED_FAULT")
    assert answer.headers["x-ironclad-fault"] == "error"
    assert edge.finished[0].fault == FaultDecision(3, error=True)
    assert edge.finished[0].status == 500


async def test_a_delayed_answer_says_so() -> None:
    edge = Edge(decision=FaultDecision(3, delay=0.4))
    answer = await edge.get("/api/users")
    assert (answer.status, answer.headers["x-ironclad-fault"]) == (200, "delay")
    assert edge.finished[0].fault == FaultDecision(3, delay=0.4)


async def test_the_delay_comes_before_the_error() -> None:
    edge = Edge(decision=FaultDecision(3, delay=0.4, error=True))
    answer = await edge.get("/api/users")
    assert answer.code == "INJECTED_FAULT"
    assert edge.finished[0].duration == pytest.approx(0.4)


@pytest.mark.parametrize(
    "path",
    [
        "/health", "/livez", "/readyz", "/metrics", "/api/chaos", "/api/chaos/errors/1",
        "/api/slo", "/api/alerts", "/api/incidents", "/api/game-days", "/api/game-days/1/stop",
        "/api/scenarios", "/api/scenarios/latency", "/console/live", "/admin/",
        "/static/x.css", "/api/user", "/api/users2", "/",
    ],
)  # fmt: skip
async def test_nothing_else_is_ever_injured(path: str) -> None:
    edge = Edge(decision=EVERYTHING)
    answer = await edge.get(path)
    assert answer.status == 200
    assert edge.faults.asked == []
    assert edge.finished[0].fault is None


@pytest.mark.parametrize("path", ["/api/users", "/api/users/", "/api/users/1"])
async def test_every_service_route_is(path: str) -> None:
    edge = Edge(decision=FaultDecision(3, error=True))
    assert (await edge.get(path)).status == 500


async def test_a_plan_that_spares_this_request_is_recorded_as_such() -> None:
    edge = Edge(decision=FaultDecision(3))
    answer = await edge.get("/api/users")
    assert answer.status == 200
    assert edge.finished[0].fault == FaultDecision(3)
    assert "x-ironclad-fault" not in answer.headers


async def test_an_error_decided_before_the_plan_ended_is_not_answered() -> None:
    edge = Edge(decision=FaultDecision(3, delay=0.1, error=True))
    edge.faults.standing = False
    answer = await edge.get("/api/users")
    assert answer.status == 200
    assert edge.finished[0].fault == FaultDecision(3, delay=0.1)


async def test_a_client_that_leaves_during_the_delay_frees_it_and_counts_as_499() -> (
    None
):
    edge = Edge(decision=FaultDecision(3, delay=5))
    edge.faults.waits = asyncio.get_running_loop().create_future()
    client = edge.request("/api/users")
    await turn()
    client.leave()
    await client.answer()
    await turn()
    assert [finished.status for finished in edge.finished] == [499]
    assert edge.faults.waits.cancelled()


async def test_an_error_that_nobody_waited_for_was_not_injected() -> None:
    edge = Edge(decision=FaultDecision(3, delay=5, error=True))
    edge.faults.waits = asyncio.get_running_loop().create_future()
    client = edge.request("/api/users")
    await turn()
    client.leave()
    await client.answer()
    assert edge.finished[0].fault == FaultDecision(3, delay=5, error=False)


async def test_the_number_of_those_who_are_held_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inject, "_HELD_MOST", 2)
    edge = Edge(decision=FaultDecision(3, delay=10.0))
    edge.faults.waits = asyncio.get_running_loop().create_future()
    held = [edge.request("/api/users") for _ in range(2)]
    await turn()
    refused = await edge.get("/api/users")
    assert (refused.status, refused.code) == (503, "BULKHEAD_FULL")
    assert edge.finished[0].fault == FaultDecision(3)  # nothing was injected
    edge.faults.waits.set_result(None)
    assert [(await client.answer()).status for client in held] == [200, 200]
    assert (await edge.get("/api/users")).status == 200


@pytest.mark.parametrize("standing", [True, False])
async def test_what_was_counted_at_the_decision_comes_back_at_the_end(
    *, standing: bool
) -> None:
    decision = FaultDecision(3, delay=0.1, error=True, counted=("availability",))
    edge = Edge(decision=decision)
    edge.faults.standing = standing
    await edge.get("/api/users")
    fault = edge.finished[0].fault
    assert fault is not None
    assert (fault.error, fault.counted) == (standing, ("availability",))

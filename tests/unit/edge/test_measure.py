"""Invariant 2: every response is counted once, with its final status and duration."""

from __future__ import annotations

import asyncio

import pytest

from ironclad.edge.events import FaultDecision
from ironclad.edge.protocol import Receive, Scope, Send
from ironclad.errors import DatabaseUnavailable

from .driver import Edge, turn, waiting_for


async def test_an_answer_is_counted_once_with_its_route_and_status() -> None:
    edge = Edge()
    await edge.get("/api/users/7")
    (finished,) = edge.finished
    assert (finished.method, finished.route) == ("GET", "route:/api/users/7")
    assert (finished.status, finished.service) == (200, True)


@pytest.mark.parametrize(
    "path", ["/console/live", "/api/slo", "/api/usersx", "/metrics"]
)
async def test_other_routes_are_no_sli_events(path: str) -> None:
    edge = Edge()
    await edge.get(path)
    assert [finished.service for finished in edge.finished] == [False]


async def test_the_duration_includes_the_injected_delay() -> None:
    edge = Edge(decision=FaultDecision(1, delay=0.7))
    await edge.get("/api/users")
    assert edge.finished[0].duration == pytest.approx(0.7)


async def test_an_exception_is_a_500_in_the_envelope_without_its_reason() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("SELECT secret FROM users")

    edge = Edge(broken)
    answer = await edge.get("/api/users")
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert b"SELECT" not in answer.body
    assert [finished.status for finished in edge.finished] == [500]


async def test_an_error_of_ours_keeps_its_status_and_retry_after() -> None:
    async def away(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise DatabaseUnavailable(retry_after=1)

    edge = Edge(away)
    answer = await edge.get("/api/users")
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert edge.finished[0].refused == "DATABASE_UNAVAILABLE"


async def test_a_failure_half_way_is_counted_as_500_and_cuts_the_answer() -> None:
    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    edge = Edge(half)
    with pytest.raises(RuntimeError):
        await edge.get("/api/users")
    assert [finished.status for finished in edge.finished] == [500]


async def test_a_client_that_leaves_first_counts_once_as_499() -> None:
    release = asyncio.Event()
    edge = Edge(waiting_for(release))
    client = edge.request("/api/users")
    await turn()
    edge.clock.time += 0.6
    client.leave()
    await turn()
    release.set()
    await client.answer()
    await turn()
    assert [(f.status, round(f.duration, 1)) for f in edge.finished] == [(499, 0.6)]
    assert client.sent == []


async def test_a_disconnect_after_the_answer_changes_nothing() -> None:
    edge = Edge()
    client = edge.request("/api/users")
    await client.answer()
    client.leave()
    await turn()
    assert [finished.status for finished in edge.finished] == [200]


async def test_a_cancelled_request_counts_as_499() -> None:
    edge = Edge(waiting_for(asyncio.Event()))
    client = edge.request("/api/users")
    await turn()
    client.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await client.task
    assert [finished.status for finished in edge.finished] == [499]


async def test_one_broken_observer_does_not_keep_it_from_the_others() -> None:
    edge = Edge()
    measure_seen: list[object] = []

    def broken(_finished: object) -> None:
        raise RuntimeError

    from ironclad.edge.background import Background
    from ironclad.edge.stack import build

    from .driver import Client, hello, http_scope

    app = build(
        http=hello,
        websocket=hello,
        faults=edge.faults,
        observers=[broken, measure_seen.append],
        background=Background(),
        resolve=str,
    )
    answer = await Client(app, http_scope("/api/users"), b"").answer()
    assert answer.status == 200
    assert len(measure_seen) == 1


async def test_a_root_path_from_the_client_is_ignored() -> None:
    seen: list[str] = []

    async def look(scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append(scope["root_path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    await Edge(look).get("/x/api/users", root_path="/x")
    assert seen == [""]

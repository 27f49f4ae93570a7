from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn

import pytest
from django.test import override_settings

from ironclad.edge.protocol import Receive, Scope, Send
from ironclad.errors import CircuitOpen

from .driver import Answer, Edge

USERS = {"data": [{"id": 1}], "meta": {"requestId": "old", "pagination": {"total": 1}}}


class Door:
    """A guard whose breaker is open for `wait` seconds, or closed."""

    def __init__(self) -> None:
        self.wait: float | None = None
        self.refused = 0

    def refuses(self) -> float | None:
        return self.wait

    def refuse(self, wait: float) -> NoReturn:
        self.refused += 1
        raise CircuitOpen(retry_after=int(wait))


class Django:
    def __init__(self) -> None:
        self.status = 200
        self.body: object = USERS
        self.asked = 0

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        self.asked += 1
        start = {"type": "http.response.start", "status": self.status, "headers": []}
        await send(start)
        body = json.dumps(self.body).encode()
        await send({"type": "http.response.body", "body": body})


class Stage:
    def __init__(self) -> None:
        self.door = Door()
        self.django = Django()
        self.edge = Edge(self.django, door=self.door)

    async def get(self, path: str = "/api/users", **changed: object) -> Answer:
        return await self.edge.get(path, **changed)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with override_settings(PUBLIC_API=True, DEGRADED_AGE=600):
        yield Stage()


async def test_closed_it_lets_everybody_in(stage: Stage) -> None:
    assert (await stage.get()).status == 200
    assert stage.django.asked == 1


async def test_open_it_refuses_without_asking_django(stage: Stage) -> None:
    stage.door.wait = 18
    answer = await stage.get("/api/users/1")
    assert (answer.status, answer.code) == (503, "CIRCUIT_OPEN")
    assert answer.headers["retry-after"] == "18"
    assert stage.django.asked == 0
    finished = stage.edge.finished[0]
    assert finished.refused == "CIRCUIT_OPEN"
    assert finished.effects is not None
    assert finished.effects.refused == "breaker"


@pytest.mark.parametrize("path", ["/api/chaos", "/api/slo", "/health", "/console/live"])
async def test_nobody_else_is_turned_away(stage: Stage, path: str) -> None:
    stage.door.wait = 18
    assert (await stage.get(path)).status == 200


async def test_a_list_that_was_answered_before_is_told_again_and_marked(
    stage: Stage,
) -> None:
    await stage.get(query_string=b"limit=5")
    stage.door.wait = 18
    stage.edge.clock.time += 42
    answer = await stage.get(query_string=b"limit=5")
    assert answer.status == 200
    assert answer.json["data"] == [{"id": 1}]
    meta = answer.json["meta"]
    assert meta["pagination"] == {"total": 1}
    assert meta["degraded"]["reason"] == "CIRCUIT_OPEN"
    assert meta["degraded"]["age"] == 42
    assert meta["requestId"] == answer.headers["x-request-id"] != "old"
    assert answer.headers["x-ironclad-degraded"] == "circuit-open"
    assert answer.headers["warning"].startswith("110 ")
    assert answer.headers["age"] == "42"
    finished = stage.edge.finished[-1]
    assert finished.effects is not None
    assert finished.effects.degraded


async def test_another_list_is_refused(stage: Stage) -> None:
    await stage.get(query_string=b"limit=5")
    stage.door.wait = 18
    assert (await stage.get(query_string=b"limit=6")).status == 503


async def test_a_single_user_is_never_told_again(stage: Stage) -> None:
    await stage.get("/api/users/1")
    stage.door.wait = 18
    assert (await stage.get("/api/users/1")).status == 503


async def test_a_write_is_refused_though_a_list_is_kept(stage: Stage) -> None:
    await stage.get()
    stage.door.wait = 18
    client = stage.edge.request("/api/users", "POST", b"{}")
    assert (await client.answer()).status == 503


async def test_a_list_that_is_too_old_is_refused(stage: Stage) -> None:
    await stage.get()
    stage.door.wait = 18
    stage.edge.clock.time += 601
    assert (await stage.get()).status == 503


async def test_a_list_that_failed_is_not_kept(stage: Stage) -> None:
    stage.django.status = 503
    await stage.get()
    stage.django.status = 200
    stage.door.wait = 18
    assert (await stage.get()).status == 503


async def test_a_large_answer_is_not_kept(stage: Stage) -> None:
    stage.django.body = {**USERS, "data": ["x" * 70_000]}
    await stage.get()
    stage.door.wait = 18
    assert (await stage.get()).status == 503


async def test_only_so_many_are_kept_and_the_oldest_goes_first(stage: Stage) -> None:
    for limit in range(201):
        await stage.get(query_string=b"limit=%d" % limit)
    stage.door.wait = 18
    assert (await stage.get(query_string=b"limit=0")).status == 503
    assert (await stage.get(query_string=b"limit=1")).status == 200


async def test_where_the_api_is_not_public_it_is_told_to_the_same_credentials_alone(
    stage: Stage,
) -> None:
    def sent(token: bytes) -> list[tuple[bytes, bytes]]:
        return [(b"host", b"127.0.0.1"), (b"authorization", b"Bearer " + token)]

    with override_settings(PUBLIC_API=False):
        await stage.get(headers=sent(b"ann"))
        stage.door.wait = 18
        assert (await stage.get(headers=sent(b"ann"))).status == 200
        assert (await stage.get(headers=sent(b"bob"))).status == 503
        assert (await stage.get()).status == 503


async def test_nothing_is_kept_where_that_is_switched_off() -> None:
    with override_settings(PUBLIC_API=True, DEGRADED_AGE=0):
        stage = Stage()
        await stage.get()
        stage.door.wait = 18
        assert (await stage.get()).status == 503

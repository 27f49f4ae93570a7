from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import cast

import pytest
from django.test import override_settings

from ironclad.edge.background import Background, Job
from ironclad.edge.checks import Check, Checks
from ironclad.edge.protocol import Receive, Scope, Send
from ironclad.edge.siblings import Siblings

from .driver import Edge, turn


async def _never(_scope: Scope, _receive: Receive, _send: Send) -> None:
    pytest.fail("Django was asked")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/health", "/metrics"])
@pytest.mark.parametrize("slash", ["", "/"])
async def test_each_answers_without_django_in_both_forms(path: str, slash: str) -> None:
    edge = Edge(_never)
    assert (await edge.get(path + slash)).status == 200
    assert edge.finished[0].route == path


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/health", "/metrics"])
async def test_head_has_no_body_and_other_methods_are_refused(path: str) -> None:
    edge = Edge(_never)
    head = await edge.request(path, "HEAD").answer()
    assert (head.status, head.body) == (200, b"")
    post = await edge.request(path, "POST").answer()
    assert (post.status, post.code) == (405, "METHOD_NOT_ALLOWED")
    assert post.headers["allow"] == "GET, HEAD"


async def test_health_tells_status_version_and_checks() -> None:
    answer = await Edge().get("/health")
    assert answer.json["data"]["status"] == "healthy"
    assert answer.json["data"]["version"] == "1.0.0"
    assert answer.json["data"]["checks"]["database"]["status"] == "healthy"
    assert answer.json["data"]["breakers"] == []


async def test_health_is_503_without_its_database_and_the_rest_answers() -> None:
    async def away(_begins: Callable[[], None]) -> Check:
        return Check(healthy=False, message="The database cannot be reached.")

    edge = Edge(checks=Checks(database=away))
    answer = await edge.get("/health")
    assert answer.status == 503
    assert answer.json["data"]["status"] == "unhealthy"
    assert (await edge.get("/livez")).status == 200
    assert (await edge.get("/metrics")).status == 200


async def test_many_who_ask_for_health_share_one_look() -> None:
    looks: list[asyncio.Future[Check]] = []

    async def look(_begins: Callable[[], None]) -> Check:
        looks.append(asyncio.get_running_loop().create_future())
        return await looks[-1]

    edge = Edge(checks=Checks(database=look))
    clients = [edge.request("/health") for _ in range(5)]
    await turn()
    clients[0].task.cancel()
    looks[0].set_result(Check(healthy=True))
    answers = [await client.answer() for client in clients[1:]]
    assert [answer.status for answer in answers] == [200] * 4
    assert len(looks) == 1


async def test_it_is_not_ready_before_the_tables_fit_and_stays_ready_afterwards() -> (
    None
):
    fits = [False]

    async def migrated() -> bool:
        return fits[0]

    edge = Edge(checks=Checks(migrated=migrated))
    assert (await edge.get("/readyz")).status == 503
    fits[0] = True
    assert (await edge.get("/readyz")).status == 200
    fits[0] = False
    assert (await edge.get("/readyz")).status == 200


async def test_it_is_not_ready_while_a_job_does_not_run() -> None:
    async def broken() -> None:
        raise asyncio.CancelledError

    edge = Edge(background=Background(lambda: [Job("broken", broken)]))
    await edge.get("/livez")
    await turn()
    assert (await edge.get("/readyz")).status == 503


async def test_metrics_have_the_content_type_that_was_asked_for() -> None:
    answer = await Edge().get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert b"http_requests_in_flight" in answer.body


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"Bearer right", 200), (b"bearer right", 200), (b"Bearer wrong", 401),
     (b"right", 401), (b"", 401), ("Bearer é".encode(), 401)],
)  # fmt: skip
async def test_a_metrics_token_is_required_where_set(sent: bytes, status: int) -> None:
    with override_settings(METRICS_TOKEN="right"):
        edge = Edge()
    headers = [(b"host", b"127.0.0.1"), (b"authorization", sent)]
    assert (await edge.get("/metrics", headers=headers)).status == status


async def test_a_scrape_is_answered_by_an_exposition_that_began_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began: list[str] = []
    go_on = threading.Event()

    def exposition(accept: str) -> tuple[bytes, str]:
        began.append(accept)
        number = len(began)
        assert go_on.wait(5)
        return b"%d" % number, "text/plain"

    monkeypatch.setattr("ironclad.edge.probes.exposition", exposition)
    edge = Edge()
    first = edge.request("/metrics")
    async with asyncio.timeout(5):
        while not began:  # noqa: ASYNC110 - a thread says it
            await asyncio.sleep(0.001)
    late = [edge.request("/metrics") for _ in range(3)]
    await turn()
    go_on.set()
    assert (await first.answer()).body == b"1"
    assert [(await each.answer()).body for each in late] == [b"2"] * 3
    assert len(began) == 2


class _Siblings:
    def __init__(self) -> None:
        self.asked = 0
        self.go_on = asyncio.Event()

    async def exposition(self, _accept: str) -> tuple[bytes, str]:
        self.asked += 1
        number = self.asked
        await self.go_on.wait()
        return b"%d" % number, "text/plain"


async def test_nor_are_all_processes_asked_for_each_scrape() -> None:
    siblings = _Siblings()
    edge = Edge(siblings=cast("Siblings", siblings))
    first = edge.request("/metrics")
    await turn()
    late = [edge.request("/metrics") for _ in range(3)]
    await turn()
    siblings.go_on.set()
    assert (await first.answer()).body == b"1"
    assert [(await each.answer()).body for each in late] == [b"2"] * 3

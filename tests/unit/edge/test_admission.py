from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from ironclad.edge import admission
from ironclad.edge.admission import Places
from ironclad.edge.protocol import Receive, Scope, Send
from ironclad.errors import DeadlineExceeded
from ironclad.resilience import deadline
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.process import patterns

from .driver import Edge, hello, turn, waiting_for


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with override_settings(ADMISSION_LIMIT=2, ADMISSION_WAIT=0.05):
        yield


class Django:
    """Counts who is inside; everybody waits for a release of their own."""

    def __init__(self) -> None:
        self.inside: list[asyncio.Event] = []
        self.order: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        release = asyncio.Event()
        self.inside.append(release)
        self.order.append(scope["path"])
        await release.wait()
        self.inside.remove(release)
        await hello(scope, receive, send)


async def test_no_more_than_the_limit_are_inside() -> None:
    django = Django()
    edge = Edge(django)
    clients = [edge.request(f"/api/users/{n}") for n in range(4)]
    await turn()
    assert len(django.inside) == 2
    while not all(client.task.done() for client in clients):
        django.inside[0].set()
        await turn()
        assert len(django.inside) <= 2
    assert django.order == [f"/api/users/{n}" for n in range(4)]


async def test_who_waits_too_long_is_refused_with_retry_after() -> None:
    edge = Edge(waiting_for(asyncio.Event()))
    first, second = edge.request("/api/users"), edge.request("/api/users")
    answer = await edge.get("/api/users")
    assert (answer.status, answer.code) == (503, "BULKHEAD_FULL")
    assert answer.headers["retry-after"] == "1"
    assert edge.finished[0].refused == "BULKHEAD_FULL"
    first.task.cancel()
    second.task.cancel()


async def test_the_number_of_those_who_wait_is_bounded() -> None:
    with override_settings(ADMISSION_WAIT=10):
        edge = Edge(waiting_for(asyncio.Event()))
        clients = [edge.request("/api/users") for _ in range(2 + 8 + 1)]
        await turn()
        assert [client.task.done() for client in clients].count(True) == 1
        for client in clients:
            client.task.cancel()


async def test_other_routes_need_no_place() -> None:
    edge = Edge(waiting_for(asyncio.Event()))
    taken = [edge.request("/api/users") for _ in range(2)]
    await turn()
    assert (await edge.get("/livez")).status == 200
    console = edge.request("/console/live")
    await turn()
    assert not console.task.done()  # it is inside Django, not refused
    for client in [*taken, console]:
        client.task.cancel()


async def test_other_routes_have_a_bound_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "_CONSOLE_PLACES", 2)
    monkeypatch.setattr(admission, "_CONSOLE_WAITING", 1)
    monkeypatch.setattr(admission, "_CONSOLE_WAIT", 10)
    django = Django()
    edge = Edge(django)
    clients = [edge.request("/api/slo") for _ in range(3)]
    await turn()
    assert len(django.inside) == 2
    refused = await edge.get("/api/slo")
    assert (refused.status, refused.code) == (503, "BULKHEAD_FULL")
    service = edge.request("/api/users")
    await turn()
    assert django.order[-1] == "/api/users"
    for client in [*clients, service]:
        client.task.cancel()


async def test_a_client_gone_while_waiting_gives_its_place_up() -> None:
    with override_settings(ADMISSION_WAIT=10):
        django = Django()
        edge = Edge(django)
        inside = [edge.request("/api/users/in") for _ in range(2)]
        await turn()
        gone, patient = edge.request("/api/users/a"), edge.request("/api/users/b")
        await turn()
        gone.leave()
        await turn()
        django.inside[0].set()
        await turn()
        assert django.order == ["/api/users/in"] * 2 + ["/api/users/b"]
        for client in [*inside, patient]:
            client.task.cancel()


async def test_those_who_waited_in_vain_are_forgotten() -> None:
    places = Places(1, waiting=4)
    assert places.enter()
    vain = [places.queue() for _ in range(4)]
    assert places.queue() is None
    for place in vain:
        assert place is not None
        places.forget(place, used=False)
    assert places.queue() is not None


async def test_whoever_leaves_with_a_place_in_hand_gives_it_back() -> None:
    places = Places(1, waiting=4)
    assert places.enter()
    granted = places.queue()
    assert granted is not None
    places.leave()
    places.forget(granted, used=False)
    assert (granted.result(), places.in_use) == (True, 0)


async def test_a_client_gone_while_inside_keeps_its_place_until_the_work_ends() -> None:
    django = Django()
    edge = Edge(django)
    first, second = edge.request("/api/users"), edge.request("/api/users")
    await turn()
    first.leave()
    await turn()
    assert (await edge.get("/api/users")).code == "BULKHEAD_FULL"
    django.inside[0].set()
    await turn()
    third = edge.request("/api/users")
    await turn()
    assert len(django.inside) == 2
    for client in (second, third):
        client.task.cancel()


async def test_stuck_work_is_answered_504_at_the_deadline() -> None:
    with override_settings(REQUEST_DEADLINE=0.01):
        edge = Edge(waiting_for(asyncio.Event()))
        answer = await edge.get("/api/users")
    assert (answer.status, answer.code) == (504, "DEADLINE_EXCEEDED")


@pytest.mark.parametrize(
    ("path", "expected"), [("/api/users", "service"), ("/console/", "console")]
)
async def test_the_work_inside_knows_its_compartment_and_its_deadline(
    path: str, expected: str
) -> None:
    seen: list[object] = []

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(compartment.get())
        seen.append(deadline.remaining(1000) <= 10)
        await hello(scope, receive, send)

    await Edge(look).get(path)
    assert seen == [expected, True]
    assert compartment.get() == "background"


async def test_a_deadline_that_the_work_itself_noticed_is_504() -> None:
    async def late(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise DeadlineExceeded

    assert (await Edge(late).get("/api/users")).status == 504


async def test_switched_off_the_bulkhead_lets_in_who_waits(
    switch_off: Callable[..., None],
) -> None:
    django = Django()
    edge = Edge(django)
    clients = [edge.request(f"/api/users/{n}") for n in range(3)]
    await turn()
    assert len(django.inside) == 2
    switch_off("bulkhead")
    clients.append(edge.request("/api/users/3"))
    await turn()
    assert len(django.inside) == 4
    patterns.restore()
    clients.append(edge.request("/api/users/4"))
    await turn()
    assert len(django.inside) == 4  # nobody is sent out; nobody more is let in
    while not all(client.task.done() for client in clients):
        for release in list(django.inside):
            release.set()
        await turn()


def test_fewer_places_are_filled_only_when_enough_have_left() -> None:
    places = Places(3, 10)
    assert all(places.enter() for _ in range(3))
    places.resize(1)
    places.leave()
    places.leave()
    assert not places.enter()
    places.leave()
    assert places.enter()

"""The WebSocket with real sessions and a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections

from sre_console.pages import routing
from sre_console.pages.consumers import Desk
from sre_console.pages.people import Person, person_of
from sre_console.pages.places import Places
from sre_console.pages.seats import Seats
from tests.integration.pages.conftest import signed_in
from tests.unit.pages.fakes import FakeSnapshots, FakeStop, close_code

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def _nothing_stays_connected() -> AsyncIterator[None]:
    """The thread that asgiref keeps for the ORM holds its connection on."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> FakeStop:
    """Real people; snapshots and STOP ALL in memory."""
    stop = FakeStop()
    desk = Desk(FakeSnapshots(), stop.stop_all, person_of, Seats(20, 20))
    monkeypatch.setattr(routing, "_desk", lambda: desk)
    monkeypatch.setattr(routing, "places", Places(2))
    return stop


def dial(
    session: str | None, path: str = "/ws/console", **more: str
) -> WebsocketCommunicator:
    named = {"host": "localhost:3000", "origin": "http://localhost:3000", **more}
    headers = [(name.encode(), value.encode()) for name, value in named.items()]
    if session is not None:
        cookie = f"other=1; {settings.SESSION_COOKIE_NAME}={session}"
        headers.append((b"cookie", cookie.encode()))
    return WebsocketCommunicator(routing.websocket, path, headers=headers)


def session_of(user: User) -> str:
    return str(signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value)


async def test_an_operator_connects_with_the_session_of_the_page(
    stop: FakeStop, operator: User
) -> None:
    console = dial(await sync_to_async(session_of)(operator))
    assert (await console.connect())[0]
    hello = await console.receive_json_from(timeout=5)
    assert hello == {"type": "hello", "role": "operator", "name": "ada"}
    await console.disconnect()


async def test_a_viewer_sees_and_may_not_stop(stop: FakeStop, viewer: User) -> None:
    console = dial(await sync_to_async(session_of)(viewer))
    await console.connect()
    assert (await console.receive_json_from(timeout=5))["role"] == "viewer"
    await console.send_json_to({"type": "stop"})
    assert (await console.receive_json_from())["code"] == "PERMISSION_DENIED"
    assert stop.actors == []
    await console.disconnect()


@pytest.mark.parametrize("session", [None, "", "forged" * 6, "\x00", "a" * 4000])
async def test_without_a_session_it_closes_with_4401(
    stop: FakeStop, session: str | None
) -> None:
    console = dial(session)
    await console.connect()
    message = await console.receive_output(5)
    assert (message["type"], message["code"]) == ("websocket.close", 4401)


async def test_another_origin_is_refused_at_the_handshake(
    stop: FakeStop, operator: User
) -> None:
    session = await sync_to_async(session_of)(operator)
    console = dial(session, origin="http://evil.example")
    assert not (await console.connect())[0]
    assert routing.places.taken == 0


async def test_another_path_is_refused(stop: FakeStop, operator: User) -> None:
    session = await sync_to_async(session_of)(operator)
    assert not (await dial(session, path="/ws/other").connect())[0]


async def test_more_consoles_than_places_are_told_to_try_later(
    stop: FakeStop, operator: User
) -> None:
    session = await sync_to_async(session_of)(operator)
    consoles = [dial(session) for _ in range(3)]
    for console in consoles:
        assert (await console.connect())[0]
    assert await close_code(consoles[2]) == 1013
    for console in consoles[:2]:
        assert (await console.receive_json_from(timeout=5))["type"] == "hello"
        await console.disconnect()
    assert routing.places.taken == 0


async def test_a_session_that_ended_belongs_to_nobody(operator: User) -> None:
    client = await sync_to_async(signed_in)(operator)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert await person_of(session) == Person("ada", "operator")
    await sync_to_async(client.logout)()
    assert await person_of(session) is None


async def test_a_changed_password_ends_the_session(operator: User) -> None:
    session = await sync_to_async(session_of)(operator)
    operator.set_password("another one entirely")
    await operator.asave()
    assert await person_of(session) is None


async def test_an_account_that_is_switched_off_belongs_to_nobody(
    operator: User,
) -> None:
    session = await sync_to_async(session_of)(operator)
    operator.is_active = False
    await operator.asave()
    assert await person_of(session) is None


async def test_a_demotion_is_seen(operator: User) -> None:
    session = await sync_to_async(session_of)(operator)
    await operator.groups.aclear()
    assert await person_of(session) == Person("ada", None)

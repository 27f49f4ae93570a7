"""Bad frames, strangers, and people whose rights change."""

from __future__ import annotations

import asyncio

import pytest

from ironclad.errors import DatabaseUnavailable
from sre_console.pages.people import Person
from tests.unit.pages.fakes import OPERATOR, VIEWER, World, close_code


@pytest.mark.parametrize("text", ["{", "[]", '{"type":"ack"}', "[" * 4000])
async def test_what_cannot_be_read_is_refused_and_the_console_stays(text: str) -> None:
    world = World()
    console = await world.open()
    await console.send_to(text_data=text)
    answer = await console.receive_json_from()
    assert (answer["type"], answer["code"]) == ("refused", "MALFORMED_REQUEST")
    world.snapshots.publish()
    assert (await console.receive_json_from())["type"] == "snapshot"
    await console.disconnect()


async def test_a_binary_frame_closes() -> None:
    console = await World().open()
    await console.send_to(bytes_data=b"\x00")
    assert await close_code(console) == 4400


async def test_a_frame_over_4_kib_closes() -> None:
    console = await World().open()
    await console.send_to(text_data="x" * 4097)
    assert await close_code(console) == 4400


async def test_answers_to_a_client_that_only_talks_come_to_an_end() -> None:
    console = await World().open()
    for _ in range(21):
        await console.send_to(text_data="{")
    for _ in range(20):
        assert (await console.receive_json_from())["type"] == "refused"
    assert await close_code(console) == 4400


async def test_an_acknowledgement_renews_what_a_client_may_say() -> None:
    world = World()
    console = await world.open()
    for seq in (1, 2, 3):
        world.snapshots.publish()
        assert (await console.receive_json_from())["seq"] == seq
        for _ in range(20):
            await console.send_to(text_data="{")
            assert (await console.receive_json_from())["type"] == "refused"
        await console.send_json_to({"type": "ack", "seq": seq})
    await console.disconnect()


async def test_nobody_signed_in_is_4401() -> None:
    world = World()
    world.people.person = None
    console = world.console()
    assert await console.connect() == (True, None)
    assert await close_code(console) == 4401


async def test_an_account_without_a_role_is_4403() -> None:
    world = World()
    world.people.person = Person(name="nobody", role=None)
    console = world.console()
    await console.connect()
    assert await close_code(console) == 4403


async def test_a_new_console_without_a_database_is_told_to_try_later() -> None:
    world = World()
    world.people.error = DatabaseUnavailable()
    console = world.console()
    await console.connect()
    assert await close_code(console) == 1013


async def test_an_open_console_outlives_the_database() -> None:
    world = World(role_every=0.01)
    console = await world.open()
    world.people.error = DatabaseUnavailable()
    async with asyncio.timeout(3):
        while len(world.people.asked) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await console.receive_nothing(timeout=0.05)
    await console.send_json_to({"type": "stop"})
    assert (await console.receive_json_from())["type"] == "stopped"
    await console.disconnect()


async def test_a_demoted_operator_loses_the_right() -> None:
    world = World(role_every=0.01)
    console = await world.open()
    world.people.person = Person(name=OPERATOR.name, role=VIEWER.role)
    hello = await console.receive_json_from()
    assert hello == {"type": "hello", "role": "viewer", "name": "ada"}
    await console.send_json_to({"type": "stop"})
    assert (await console.receive_json_from())["code"] == "PERMISSION_DENIED"
    assert world.stop.actors == []
    await console.disconnect()


async def test_a_session_that_ended_closes_its_console() -> None:
    world = World(role_every=0.01)
    console = await world.open()
    world.people.person = None
    assert await close_code(console) == 4401

"""One snapshot in flight, and the newest is next."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping

import pytest

from sre_console.pages.consumers import Connection
from sre_console.pages.places import Place
from tests.unit.pages.fakes import VIEWER, World, close_code


async def test_it_says_hello_with_the_name_and_the_role() -> None:
    world = World()
    world.people.person = VIEWER
    console = world.console()
    await console.connect()
    hello = await console.receive_json_from()
    assert hello == {"type": "hello", "role": "viewer", "name": "vic"}
    await console.disconnect()


async def test_a_console_gets_the_latest_snapshot_at_once() -> None:
    world = World()
    world.snapshots.publish()
    console = await world.open()
    assert (await console.receive_json_from())["seq"] == 1
    await console.disconnect()


async def test_nothing_more_is_sent_before_the_acknowledgement() -> None:
    world = World()
    console = await world.open()
    world.snapshots.publish()
    await console.receive_json_from()
    world.snapshots.publish()
    assert await console.receive_nothing(timeout=0.05)
    await console.send_json_to({"type": "ack", "seq": 1})
    assert (await console.receive_json_from())["seq"] == 2
    await console.disconnect()


async def test_a_slow_console_skips_to_the_newest() -> None:
    world = World()
    console = await world.open()
    world.snapshots.publish()
    await console.receive_json_from()
    for _ in range(300):
        world.snapshots.publish()
    await console.send_json_to({"type": "ack", "seq": 1})
    assert (await console.receive_json_from())["seq"] == 301
    await console.disconnect()


@pytest.mark.parametrize("seq", [0, 2, -1])
async def test_another_number_acknowledges_nothing(seq: int) -> None:
    world = World()
    console = await world.open()
    world.snapshots.publish()
    await console.receive_json_from()
    world.snapshots.publish()
    await console.send_json_to({"type": "ack", "seq": seq})
    assert await console.receive_nothing(timeout=0.05)
    await console.disconnect()


async def test_a_console_that_stops_reading_is_closed() -> None:
    world = World(ack_within=0.05)
    console = await world.open()
    world.snapshots.publish()
    await console.receive_json_from()
    assert await close_code(console) == 4408


async def test_a_quiet_server_is_no_reason_to_close() -> None:
    world = World(ack_within=0.02)
    console = await world.open()
    world.snapshots.publish()
    await console.receive_json_from()
    await console.send_json_to({"type": "ack", "seq": 1})
    assert await console.receive_nothing(timeout=0.1)
    await console.disconnect()


async def test_a_late_place_gets_the_newest_of_its_turn() -> None:
    world = World()
    console = await world.open(place=100)  # 80 ms after the first
    world.snapshots.publish()
    await asyncio.sleep(0.02)
    world.snapshots.publish()
    assert (await console.receive_json_from())["seq"] == 2
    await console.disconnect()


async def test_a_console_that_leaves_leaves_no_task_behind() -> None:
    world = World()
    console = await world.open()
    world.snapshots.publish()
    await console.receive_json_from()
    await console.disconnect()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left


async def test_a_client_that_is_gone_is_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World()
    gone = asyncio.Event()

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    async def send(message: MutableMapping[str, object]) -> None:
        if gone.is_set():
            raise RuntimeError("Attempt to send on a closed protocol")
        if '"hello"' in str(message.get("text")):
            gone.set()
            world.snapshots.publish()

    await Connection(world.desk, Place(0), "key", receive, send).run()
    assert gone.is_set()
    assert caplog.records == []

"""STOP ALL over the WebSocket."""

from __future__ import annotations

import asyncio

from ironclad.errors import PermissionRefused
from tests.unit.pages.fakes import VIEWER, World


async def test_an_operator_stops_everything_and_is_told_how_long_it_took() -> None:
    world = World()
    console = await world.open()
    await console.send_json_to({"type": "stop", "reason": "smoke"})
    assert await console.receive_json_from() == {
        "type": "stopped",
        "version": 41,
        "milliseconds": 1.5,
        "stored": True,
    }
    [actor] = world.stop.actors
    assert actor.address == "192.0.2.7"
    assert (actor.name, actor.role) == ("ada", "operator")
    assert world.stop.reasons == ["smoke"]
    await console.disconnect()


async def test_a_viewer_is_refused() -> None:
    world = World()
    world.people.person = VIEWER
    console = await world.open()
    await console.send_json_to({"type": "stop"})
    answer = await console.receive_json_from()
    assert answer["type"] == "refused"
    assert answer["code"] == "PERMISSION_DENIED"
    assert world.stop.actors == []
    await console.disconnect()


async def test_it_says_when_the_database_could_not_store_it() -> None:
    world = World()
    world.stop.stored = False
    console = await world.open()
    await console.send_json_to({"type": "stop"})
    assert (await console.receive_json_from())["stored"] is False
    await console.disconnect()


async def test_a_second_press_joins_the_first() -> None:
    world = World()
    world.stop.gate = asyncio.Event()
    console = await world.open()
    for _ in range(3):
        await console.send_json_to({"type": "stop"})
    assert await console.receive_nothing(timeout=0.05)
    world.stop.gate.set()
    assert (await console.receive_json_from())["type"] == "stopped"
    assert len(world.stop.actors) == 1
    await console.disconnect()


async def test_snapshots_flow_while_a_stop_is_on_its_way() -> None:
    world = World()
    world.stop.gate = asyncio.Event()
    console = await world.open()
    await console.send_json_to({"type": "stop"})
    world.snapshots.publish()
    assert (await console.receive_json_from())["type"] == "snapshot"
    world.stop.gate.set()
    await console.disconnect()


async def test_a_stop_outlives_the_console_that_asked() -> None:
    world = World()
    world.stop.gate = asyncio.Event()
    console = await world.open()
    await console.send_json_to({"type": "stop"})
    assert await console.receive_nothing(timeout=0.05)
    await console.disconnect()
    [task] = asyncio.all_tasks() - {asyncio.current_task()}
    world.stop.gate.set()
    await task
    assert not task.cancelled()
    assert len(world.stop.actors) == 1


async def test_a_refusal_by_the_service_is_told() -> None:
    world = World()
    world.stop.error = PermissionRefused("Faults are not allowed here.")
    console = await world.open()
    await console.send_json_to({"type": "stop"})
    answer = await console.receive_json_from()
    assert answer["message"] == "Faults are not allowed here."
    await console.disconnect()


async def test_a_failure_is_told_without_its_inside() -> None:
    world = World()
    world.stop.error = RuntimeError("SELECT secret")
    console = await world.open()
    await console.send_json_to({"type": "stop"})
    answer = await console.receive_json_from()
    assert answer["code"] == "INTERNAL_ERROR"
    assert "SELECT" not in answer["message"]
    await console.disconnect()

"""What the console's WebSocket answers to somebody."""

from __future__ import annotations

from typing import Literal

from sre_console.pages.people import Person
from tests.unit.pages.fakes import World


async def outcome_of(
    person: Person | None, kind: str
) -> Literal["allowed", "refused", "closed"]:
    """`connect`: whether it is greeted; any other kind: how that frame is answered."""
    world = World()
    world.people.person = person
    console = world.console()
    await console.connect()
    said = await console.receive_output(5)
    if said["type"] == "websocket.close":
        return "closed"
    try:
        if kind == "connect":
            return "allowed"
        await console.send_json_to({"type": kind, "reason": "x"})
        answer = await console.receive_json_from(5)
    finally:
        await console.disconnect()
    if answer["type"] == "refused":
        assert answer["code"] == "PERMISSION_DENIED"
        assert not world.stop.actors
        return "refused"
    return "allowed"

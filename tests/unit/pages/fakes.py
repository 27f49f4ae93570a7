"""In-memory stand-ins for what a console's WebSocket works with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from channels.testing import WebsocketCommunicator

from ironclad.errors import IroncladError
from sre_console.audit.actor import Actor
from sre_console.pages.consumers import Connection, Desk, Receive, Send
from sre_console.pages.people import Person
from sre_console.pages.places import Place
from sre_console.pages.seats import Seats

OPERATOR = Person(name="ada", role="operator")
VIEWER = Person(name="vic", role="viewer")


@dataclass(frozen=True)
class FakeSnapshot:
    seq: int

    @property
    def text(self) -> str:
        return json.dumps({"type": "snapshot", "seq": self.seq})


class FakeSnapshots:
    def __init__(self) -> None:
        self.latest: FakeSnapshot | None = None
        self._changed = asyncio.Event()

    def publish(self) -> FakeSnapshot:
        self.latest = FakeSnapshot(self.latest.seq + 1 if self.latest else 1)
        self._changed.set()
        self._changed = asyncio.Event()
        return self.latest

    async def newer_than(self, seq: int) -> FakeSnapshot:
        while self.latest is None or self.latest.seq <= seq:
            await self._changed.wait()
        return self.latest


@dataclass
class FakePeople:
    person: Person | None = OPERATOR
    error: IroncladError | None = None
    asked: list[str] = field(default_factory=list)

    async def person_of(self, session_key: str) -> Person | None:
        self.asked.append(session_key)
        if self.error:
            raise self.error
        return self.person


@dataclass
class FakeStop:
    stored: bool = True
    error: Exception | None = None
    actors: list[Actor] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def stop_all(self, actor: Actor, reason: str) -> Mapping[str, object]:
        self.actors.append(actor)
        self.reasons.append(reason)
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error
        return {"version": 41, "milliseconds": 1.5, "stored": self.stored}


class World:
    """One process's consoles, with everything beneath them in memory."""

    def __init__(self, **desk: float) -> None:
        self.snapshots = FakeSnapshots()
        self.people = FakePeople()
        self.stop = FakeStop()
        self.desk = replace(
            Desk(
                self.snapshots,
                self.stop.stop_all,
                self.people.person_of,
                Seats(most_of_person=3, most_of_address=500),
            ),
            **desk,  # type: ignore[arg-type]
        )

    def console(self, place: int = 0) -> WebsocketCommunicator:
        async def application(
            scope: dict[str, object], receive: Receive, send: Send
        ) -> None:
            del scope
            await receive()
            await send({"type": "websocket.accept"})
            connection = Connection(
                self.desk, Place(place), "key", receive, send, address="192.0.2.7"
            )
            await connection.run()

        return WebsocketCommunicator(application, "/ws/console")

    async def open(self, place: int = 0) -> WebsocketCommunicator:
        """A console that has been greeted."""
        console = self.console(place)
        accepted, _ = await console.connect()
        assert accepted
        assert (await console.receive_json_from())["type"] == "hello"
        return console


async def close_code(console: WebsocketCommunicator) -> int:
    """The code the server closes with; fails when it says anything else first."""
    message = await console.receive_output()
    assert message["type"] == "websocket.close", message
    return int(message["code"])

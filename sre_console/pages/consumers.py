"""The WebSocket of the Live page: pushes snapshots, takes STOP ALL.

The protocol is in docs/guide/websocket.md. The server has no backpressure on a WebSocket: what is
sent to a client that reads nothing stays in this process. So nothing is sent on trust: one snapshot is
in flight until it is acknowledged, and answers between two acknowledgements are counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from ironclad.errors import (
    IroncladError,
    MalformedRequest,
    PayloadTooLarge,
    PermissionRefused,
)
from sre_console.access.checks import refusal
from sre_console.access.matrix import permitted
from sre_console.audit.actor import Actor
from sre_console.pages.frames import Ack, parse
from sre_console.pages.people import Person
from sre_console.pages.places import Place
from sre_console.pages.seats import Seats

logger = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Close codes; 4000-4999 are the application's own.
BAD_FRAME = 4400
SIGNED_OUT = 4401
NO_ROLE = 4403
NOT_READING = 4408
CROWDED_OUT = 4429
TRY_LATER = 1013
FAILED = 1011

ACK_WITHIN = 30.0  # seconds
ROLE_EVERY = 30.0  # seconds
STOP = "faults.stop"  # an action of the matrix
ALLOWANCE = 20  # frames besides the awaited ack, until that comes


class Snapshot(Protocol):
    @property
    def seq(self) -> int: ...
    @property
    def text(self) -> str: ...


class SnapshotSource(Protocol):
    @property
    def latest(self) -> Snapshot | None: ...
    async def newer_than(self, seq: int) -> Snapshot: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What every console of a process works with."""

    snapshots: SnapshotSource
    stop_all: Callable[[Actor, str], Awaitable[Mapping[str, object]]]
    person_of: Callable[[str], Awaitable[Person | None]]
    seats: Seats
    ack_within: float = ACK_WITHIN
    role_every: float = ROLE_EVERY


class Closed(Exception):  # noqa: N818 - an outcome, not an error
    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class Left(Exception):  # noqa: N818 - an outcome, not an error
    """The client is gone, and what is sent to it has nowhere to go."""


class Connection:
    """One open console, from its accepted handshake to its end."""

    _stopping: set[asyncio.Task[None]] = set()  # a stop outlives the console that asked

    def __init__(  # noqa: PLR0913 - what a connection is made of
        self,
        desk: Desk,
        place: Place,
        session_key: str,
        receive: Receive,
        send: Send,
        *,
        address: str = "",
    ) -> None:
        self._desk = desk
        self._place = place
        self._session_key = session_key
        self._address = address
        self._receive = receive
        self._send = send
        self._person = Person(name="", role=None)
        self._look = asyncio.Event()  # at once whether the person may still be here
        self._crowded_out = asyncio.Event()
        self._in_flight = 0
        self._acked = asyncio.Event()
        self._allowance = ALLOWANCE
        self._stop: asyncio.Task[None] | None = None

    async def run(self) -> None:
        try:
            await self._until_closed()
        except Left:
            return
        except Closed as closed:
            await self._close(closed.code)
        except Exception:
            logger.exception("A console's WebSocket failed")
            await self._close(FAILED)

    async def _until_closed(self) -> None:
        seats, told = self._desk.seats, self._desk.seats.told
        await self._greet()
        user, key = self._person.pk, self._session_key
        seats.sit(self, user=user, session_key=key)
        if seats.told != told:
            self.look_again()  # it may have been about this one, while it was looked up
        try:
            await self._serve()
        finally:
            seats.rise(self, user=user, session_key=key)

    async def _serve(self) -> None:
        parts = (
            self._listen(),
            self._push(),
            self._watch_role(),
            self._watch_crowd(),
        )
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # raises what ended it
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _greet(self) -> None:
        try:
            person = await self._desk.person_of(self._session_key)
        except IroncladError as error:  # the database is away: nobody can be recognised
            raise Closed(TRY_LATER) from error
        self._take(person)
        await self._say_hello()

    def _take(self, person: Person | None) -> None:
        if person is None:
            raise Closed(SIGNED_OUT)
        if person.role is None:
            raise Closed(NO_ROLE)
        self._person = person

    # -- server to client --------------------------------------------------------------

    async def _push(self) -> None:
        source = self._desk.snapshots
        while True:
            snapshot = await source.newer_than(self._in_flight)
            if self._place.wait:
                await asyncio.sleep(self._place.wait)
                snapshot = source.latest or snapshot
            self._acked.clear()
            self._in_flight = snapshot.seq
            await self._text(snapshot.text)
            try:
                async with asyncio.timeout(self._desk.ack_within):
                    await self._acked.wait()
            except TimeoutError as error:
                raise Closed(NOT_READING) from error

    async def _say_hello(self) -> None:
        await self._say("hello", role=self._person.role, name=self._person.name)

    async def _refuse(self, error: IroncladError) -> None:
        await self._say("refused", code=error.code, message=error.message)

    async def _say(self, kind: str, **fields: object) -> None:
        await self._text(json.dumps({"type": kind, **fields}))

    async def _text(self, text: str) -> None:
        await self._tell({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        with contextlib.suppress(Left):
            await self._tell({"type": "websocket.close", "code": code})

    async def _tell(self, message: Message) -> None:
        try:
            await self._send(message)
        except Exception as error:  # each server has a kind of its own for this
            raise Left from error

    # -- client to server --------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return
            try:
                await self._hear(event.get("text"))
            except PayloadTooLarge as error:
                raise Closed(BAD_FRAME) from error
            except (MalformedRequest, PermissionRefused) as error:
                await self._refuse(error)

    async def _hear(self, text: str | None) -> None:
        frame = None
        try:
            frame = parse(text)
        finally:
            # also what cannot be read costs: each such frame gets an answer
            if frame == Ack(self._in_flight):
                self._allowance = ALLOWANCE
            else:
                self._spend()
        if frame == Ack(self._in_flight):
            self._acked.set()
        elif not isinstance(frame, Ack):
            self._begin_stop(frame.reason)

    def _spend(self) -> None:
        self._allowance -= 1
        if self._allowance < 0:
            raise Closed(BAD_FRAME)

    def _begin_stop(self, reason: str) -> None:
        if not permitted(STOP, self._person.role):
            logger.warning("stop_refused", actor=self._person.name)
            raise refusal(STOP, role=self._person.role, scopes=None)
        if self._stop is None or self._stop.done():
            self._stop = asyncio.create_task(self._stop_all(reason))
            self._stopping.add(self._stop)
            self._stop.add_done_callback(self._stopping.discard)

    async def _stop_all(self, reason: str) -> None:
        role = self._person.role or ""
        actor = Actor(
            name=self._person.name, role=role, address=self._address, via="session"
        )
        with contextlib.suppress(Left):
            try:
                done = await self._desk.stop_all(actor, reason)
            except IroncladError as error:
                await self._refuse(error)
            except Exception:
                logger.exception("STOP ALL failed")
                await self._refuse(IroncladError())
            else:
                await self._say("stopped", **done)

    # -- told from outside -------------------------------------------------------------

    def look_again(self) -> None:
        self._look.set()

    def crowd_out(self) -> None:
        self._crowded_out.set()

    async def _watch_crowd(self) -> None:
        await self._crowded_out.wait()
        raise Closed(CROWDED_OUT)

    # -- the role ----------------------------------------------------------------------

    async def _watch_role(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._desk.role_every):
                    await self._look.wait()
            self._look.clear()
            before = self._person
            try:
                self._take(await self._desk.person_of(self._session_key))
            except IroncladError:
                continue  # without the database the last known role stands
            if self._person != before:
                await self._say_hello()

"""Answers reads from what was answered before, where nothing has changed since.

Those of the users, until one of them changes; and /api/slo, until the next beat.

Inside injection, so that faults reach those answers too, and measured and limited like any other.
Whenever it cannot be sure, or something is rehearsed behind it, it stands aside: Django answers.
See docs/guide/caching.md.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import Literal

from ironclad.clock import Clock
from ironclad.edge.answer import send_error
from ironclad.edge.events import FaultSource
from ironclad.edge.facts import Facts
from ironclad.edge.kept import Kept
from ironclad.edge.protocol import ASGIApp, Headers, Message, Receive, Scope, Send
from ironclad.edge.read_flights import Flight, Flights
from ironclad.edge.read_parts import Changes, Reader, ReadParts
from ironclad.edge.read_store import Entry, Key, Store, entry
from ironclad.edge.routes import UNMATCHED
from ironclad.edge.snapshots import parse, version
from ironclad.errors import BulkheadFull, CircuitOpen, MalformedRequest
from ironclad.observability.metrics import (
    cache_bytes,
    cache_entries,
    cache_requests_total,
)
from ironclad.resilience.process import patterns

VERSION = b"x-ironclad-version"
_RESULT = b"x-cache"
_OK, _NOT_MODIFIED, _NOT_FOUND = 200, 304, 404
# Nothing was done, and nothing was told of how things stand. Whoever may not write, or writes too
# often, must not empty the cache either.
_REFUSED = frozenset({400, 401, 403, 405, 413, 415, 429})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_READ = frozenset({"GET", "HEAD"})
_USERS = re.compile(r"/api/users(?:/[1-9][0-9]{0,9})?/?")
_SLO = frozenset({"/api/slo", "/api/slo/"})
_LONGEST_QUERY = 1024  # bytes; each one is a key that is kept
_TRIES = 2  # flights that one request waits for or leads

Result = Literal["hit", "miss", "bypass"]


class _Kind:
    """Answers that change together, each kept until they do."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.store = Store()
        self.flights = Flights()


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: _Kind
    reader: Reader
    key: Key
    tags: str | None  # If-None-Match
    version: int | None  # that the client has written itself


class Reads:
    def __init__(
        self,
        app: ASGIApp,
        *,
        parts: ReadParts,
        faults: FaultSource,
        clock: Clock,
        kept: Kept,
    ) -> None:
        self._app = app
        self._users = _Kind(parts.changes)
        self._slos = None if parts.beats is None else _Kind(parts.beats)
        self._readers = parts.readers
        self._dependency = parts.dependency
        self._shared = parts.shared
        self._faults = faults
        self._clock = clock
        self._kept = kept
        stores = [kind.store for kind in (self._users, self._slos) if kind]
        self._counts = {
            result: cache_requests_total.labels(result)
            for result in ("hit", "miss", "bypass")
        }
        cache_entries.set_function(lambda: sum(map(len, stores)))
        cache_bytes.set_function(lambda: sum(store.bytes for store in stores))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts: Facts = scope["ironclad"]
        method, path = scope["method"], scope["path"]
        kind = None
        if method not in _SAFE:
            await self._write(scope, receive, send)
            return
        if method in _READ:
            if facts.service and _USERS.fullmatch(path):
                kind = self._users
            elif path in _SLO:
                kind = self._slos
        if kind is None:
            await self._app(scope, receive, send)
            return
        asked = self._asked(kind, scope)
        if asked is None:
            await self._pass(scope, receive, send, "bypass")
        else:
            await self._read(asked, scope, receive, send)

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever has its answer finds nothing older than what it did."""
        told = False

        async def send_after(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start":
                told = True
                if not _refused(scope, message["status"]):
                    self._changed(scope, _made(message["headers"]))
            await send(message)

        try:
            await self._app(scope, receive, send_after)
        except (BulkheadFull, CircuitOpen):
            told = True  # it was not let in
            raise
        finally:
            if not told:
                self._changed(scope, None)

    def _changed(self, scope: Scope, version: int | None) -> None:
        self._users.changes.changed(version)
        if scope["ironclad"].service:
            return
        self._readers.forget()
        if self._slos is not None:
            self._slos.changes.changed()

    def _asked(self, kind: _Kind, scope: Scope) -> _Asked | None:
        """None where Django is to answer. Raises MalformedRequest for a bad version."""
        authorization = cookie = None
        tags: str | None = None
        wanted: int | None = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                # Twice it is nobody's: Django would join the two.
                authorization = value if authorization is None else b""
            elif name == b"cookie":
                cookie = value
            elif name == b"if-none-match":
                more = value.decode("latin-1")
                tags = more if tags is None else f"{tags}, {more}"
            elif name == VERSION:
                sent = version(value)
                if sent is None or wanted is not None:
                    message = "X-Ironclad-Version is not one that was sent from here."
                    raise MalformedRequest(message)
                wanted = sent
        query = scope.get("query_string", b"")
        path = scope["path"]
        if (
            not kind.changes.current
            or len(query) > _LONGEST_QUERY
            or not patterns.on("cache")
            or (kind is self._users and self._rehearsed(scope))
        ):
            return None
        reader = self._readers.find(
            scope, authorization, cookie, everybody=kind is self._slos
        )
        if reader is None:
            return None
        return _Asked(kind, reader, (reader.group, path, bytes(query)), tags, wanted)

    def _rehearsed(self, scope: Scope) -> bool:
        """Whether something is wrong with the database, or is made to be."""
        return not self._dependency.healthy or self._faults.fails_dependency(
            scope["method"], scope["path"]
        )

    async def _read(
        self, asked: _Asked, scope: Scope, receive: Receive, send: Send
    ) -> None:
        kind = asked.kind
        for _ in range(_TRIES):
            now = kind.changes.generation
            found = kind.store.find(asked.key, now)
            if found is not None and _sees(found, asked):
                await self._tell(found, asked, scope, send)
                return
            if scope["method"] == "HEAD":  # its answer has nothing to keep
                break
            flight = kind.flights.find(asked.key, now)
            if flight is None:
                await self._lead(asked, scope, receive, send)
                return
            found = await flight.join(receive)
            if scope["ironclad"].gone:
                return
            if found is not None and _sees(found, asked):
                await self._tell(found, asked, scope, send)
                return
            if not flight.patient or not kind.changes.current:
                break
        await self._pass(scope, receive, send, "bypass")

    async def _lead(
        self, asked: _Asked, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Have Django answer, for everybody who asks the same meanwhile and after."""
        kind = asked.kind
        flight = kind.flights.begin(asked.key, kind.changes.generation)
        try:
            found = await self._from_others(asked)
            if found is None or not _sees(found, asked):
                await self._fill(flight, asked, scope, receive, send)
                return
            kind.flights.end(asked.key, flight, found)
            await self._tell(found, asked, scope, send)
        finally:
            kind.flights.end(asked.key, flight, None)

    async def _from_others(self, asked: _Asked) -> Entry | None:
        kind = asked.kind
        if self._shared is None or kind is not self._users:
            return None
        found = await self._shared.find(asked.key, kind.changes)
        if found is not None:
            kind.store.keep(asked.key, found, kind.changes.generation)
        return found

    async def _fill(
        self, flight: Flight, asked: _Asked, scope: Scope, receive: Receive, send: Send
    ) -> None:
        facts: Facts = scope["ironclad"]
        self._counts["miss"].inc()
        kind = asked.kind
        heard = kind.changes.heard
        start: Message = {}
        parts: list[bytes] = []
        made: Entry | None = None
        facts.fills = True
        if asked.tags is not None:  # an answer without a body is of use to nobody else
            scope["headers"] = [h for h in scope["headers"] if h[0] != b"if-none-match"]

        async def send_kept(message: Message) -> None:
            nonlocal start, made
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = b"".join(parts)
            # What stands in while the dependency is left alone is no state of now.
            degraded = facts.effects is not None and facts.effects.degraded
            if start["status"] == _OK and not degraded:
                made = entry(
                    body,
                    start["headers"],
                    snapshot=parse(facts.snapshot),
                    generation=flight.generation,
                )
            if made is not None:
                kind.store.keep(asked.key, made, kind.changes.generation)
                if self._shared is not None and heard is not None:
                    self._shared.keep(asked.key, made, heard)
            # The others need not wait until this one has read its answer.
            kind.flights.end(asked.key, flight, made)
            if made is not None and asked.tags and _matches(asked.tags, made.etag):
                start["status"], body = _NOT_MODIFIED, b""
                start["headers"] = _without_body(start["headers"])
            start["headers"] = [*start["headers"], (_RESULT, b"miss")]
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, send_kept)

    async def _tell(
        self, found: Entry, asked: _Asked, scope: Scope, send: Send
    ) -> None:
        facts: Facts = scope["ironclad"]
        facts.caller = asked.reader.caller
        counted = self._readers.count(scope, asked.reader)
        if inspect.isawaitable(counted):
            counted = await counted
        if counted.refused is not None:
            await send_error(scope, send, counted.refused, counted.headers)
            return
        self._counts["hit"].inc()
        if asked.tags is not None and _matches(asked.tags, found.etag):
            headers = [*found.unchanged, *counted.headers, (_RESULT, b"hit")]
            await _send(send, _NOT_MODIFIED, headers, b"")
            return
        took = (self._clock.monotonic() - facts.started) * 1000
        body = found.body(facts.request_id, took)
        length = (b"content-length", str(len(body)).encode())
        if self._kept.wants(scope):
            self._kept.keep(scope, body)
        if scope["method"] == "HEAD":
            body = b""
        headers = [*found.headers, length, *counted.headers, (_RESULT, b"hit")]
        await _send(send, _OK, headers, body)

    async def _pass(
        self, scope: Scope, receive: Receive, send: Send, result: Result
    ) -> None:
        self._counts[result].inc()
        mark = (_RESULT, result.encode())

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], mark]
            await send(message)

        await self._app(scope, receive, send_marked)


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _refused(scope: Scope, status: int) -> bool:
    nowhere = status == _NOT_FOUND and scope["ironclad"].route == UNMATCHED
    return nowhere or status in _REFUSED


def _made(headers: Headers) -> int | None:
    """The version that a write has made, where its answer tells."""
    told = (value for name, value in headers if name.lower() == VERSION)
    return next(map(version, told), None)


def _sees(found: Entry, asked: _Asked) -> bool:
    if asked.version is None:
        return True
    return found.snapshot is not None and found.snapshot.sees(asked.version)


def _matches(tags: str, etag: str) -> bool:
    """Whether `If-None-Match` names it; weakly, as RFC 9110 compares there."""
    if not etag:
        return False
    known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    return "*" in known or etag.removeprefix("W/") in known


def _without_body(headers: Headers) -> Headers:
    entity = {b"content-type", b"content-length"}
    return [each for each in headers if each[0].lower() not in entity]

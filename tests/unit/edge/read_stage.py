"""The layer that keeps reads, around a fake Django that counts how often it is asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import NoReturn

from ironclad import envelope
from ironclad.database.changes import Heard
from ironclad.edge.protocol import Headers, Receive, Scope, Send
from ironclad.edge.read_parts import Counted, Reader, ReadParts
from ironclad.edge.read_shared import Shared
from ironclad.errors import CircuitOpen, RateLimited

from .driver import Answer, Edge


class Changes:
    def __init__(self) -> None:
        self.generation = 0
        self.current = True
        self.heard: Heard | None = None

    def changed(self, version: int | None = None) -> None:
        self.generation += 1
        if self.heard is not None and version is not None:
            self.heard = replace(self.heard, versions=self.heard.versions | {version})


class Readers:
    """Whoever sends no credentials may read."""

    def __init__(self) -> None:
        self.counted = 0
        self.forgotten = 0
        self.over = False

    def find(
        self,
        _scope: Scope,
        authorization: bytes | None,
        cookie: bytes | None,
        *,
        everybody: bool,
    ) -> Reader | None:
        del everybody
        if authorization == b"Bearer known":
            return Reader("known", "k", "127.0.0.1")
        known = authorization is None and cookie is None
        return Reader("strangers", "s", "127.0.0.1") if known else None

    def forget(self) -> None:
        self.forgotten += 1

    def count(self, _scope: Scope, _reader: Reader) -> Counted:
        self.counted += 1
        if self.over:
            return Counted([(b"ratelimit", b"r=0")], RateLimited(retry_after=7))
        return Counted([(b"ratelimit", b"r=1")])


class Dependency:
    healthy = True


class Door:
    """Of a breaker that is open where `wait` says so."""

    wait: float | None = None

    def refuses(self) -> float | None:
        return self.wait

    def refuse(self, wait: float) -> NoReturn:
        raise CircuitOpen(retry_after=int(wait))


class Django:
    """Answers with how often it was asked; `holds` keeps its answers back."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.holds: asyncio.Event | None = None
        self.snapshot = "10:10:"
        self.tags: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        self.asked += 1
        number = self.asked
        facts = scope["ironclad"]
        if facts.fills:
            facts.snapshot = self.snapshot
        self.tags += [v for n, v in scope["headers"] if n == b"if-none-match"]
        if self.holds is not None:
            await self.holds.wait()
        status = self.status
        headers = [
            (b"Content-Type", b"application/json"),
            (b"ETag", b'W/"%d"' % number),
        ]
        told = envelope.success(number, request_id=facts.request_id, duration_ms=1)
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": envelope.encode(told)})


class Stage:
    def __init__(self, shared: Shared | None = None) -> None:
        self.changes = Changes()
        self.readers = Readers()
        self.dependency = Dependency()
        self.django = Django()
        self.beats = Changes()
        parts = ReadParts(
            self.changes, self.readers, self.dependency, shared, self.beats
        )
        self.door = Door()
        self.edge = Edge(self.django, reads=parts, door=self.door)

    async def get(self, path: str = "/api/users", **sent: str) -> Answer:
        return await self.edge.get(path, headers=headers(**sent))

    async def seen(self, path: str = "/api/users", **sent: str) -> tuple[int, str]:
        """What Django's answer was, and how it came here."""
        answer = await self.get(path, **sent)
        return answer.json["data"], answer.headers["x-cache"]


def headers(**sent: str) -> Headers:
    more = [(n.replace("_", "-").encode(), v.encode()) for n, v in sent.items()]
    return [(b"host", b"127.0.0.1"), *more]

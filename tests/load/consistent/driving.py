"""Writers and readers at random, over HTTP, each answer written down."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from tests.acceptance.harness.processes import OPERATOR_TOKEN
from tests.load.consistent import bursts
from tests.load.consistent.asking import QUERIES, Reading, onward, target
from tests.load.consistent.client import Client, Lost, Reply
from tests.load.consistent.record import (
    Answer,
    Page,
    Query,
    Record,
    Version,
    origin,
)
from tests.load.consistent.slots import Slot, microseconds

VERSION = "X-Ironclad-Version"
_READ = {200, 304, 404}


@dataclass(frozen=True, slots=True)
class Load:
    requests: int
    readers: int = 8
    writers: int = 3
    pause: float = 0.03  # seconds between two writes of a writer, at most
    seed: int = 1


@dataclass(slots=True)
class Run:
    """What all clients share."""

    ports: Sequence[int]
    slots: list[Slot]
    record: Record
    load: Load
    reading: Reading = field(default_factory=Reading)
    asked: int = 0
    cache: Counter[str] = field(default_factory=Counter)
    tags: dict[str, str] = field(default_factory=dict)  # the last of each list
    newest: Version | None = None  # the last write that told its version

    @property
    def over(self) -> bool:
        return self.asked >= self.load.requests


async def drive(run: Run) -> None:
    """Until as many requests were answered as the load has."""
    count = run.load.readers + run.load.writers
    people = [Person(run, Random(f"{run.load.seed} {at}"), at) for at in range(count)]
    async with asyncio.TaskGroup() as group:
        for at, person in enumerate(people):
            writes = at < run.load.writers
            group.create_task(person.write_on() if writes else person.read_on())


class Person:
    """One client, with a connection to each replica; one of four has a token."""

    def __init__(self, run: Run, random: Random, number: int) -> None:
        self._run = run
        self._random = random
        token = {"Authorization": f"Bearer {OPERATOR_TOKEN}"} if number % 4 == 0 else {}
        self._clients = [Client(port, token) for port in run.ports]
        # Asks for one list again and again, where it changes (what is filled late shows there) or
        # anywhere (what one replica keeps for another does).
        self._insists = number % 2 == 1
        self._anywhere = number % 4 == 3

    async def read_on(self) -> None:
        while not self._run.over:
            if self._insists:
                turn = bursts.turn(time.monotonic())
                query = QUERIES[turn % len(QUERIES)]
                at = self._replica() if self._anywhere else turn % len(self._clients)
                await self._read_list(at, None, {}, query)
                continue
            named = self._run.newest if self._random.random() < 0.2 else None
            await self._read(self._replica(), named)
        self._close()

    def _replica(self) -> int:
        return self._random.randrange(len(self._clients))

    async def write_on(self) -> None:
        while not self._run.over:
            await asyncio.sleep(bursts.calm(time.monotonic()))
            idle = [slot for slot in self._run.slots if not slot.busy]
            count = len(self._clients)
            replica = bursts.place(time.monotonic(), count, self._random)
            version = await self._write(self._random.choice(idle), replica)
            if version is not None:
                await self._look_after(version)
            await asyncio.sleep(self._random.random() * self._run.load.pause)
        self._close()

    async def _look_after(self, version: Version) -> None:
        """At once where it was written, and elsewhere by its version."""
        await self._read_list(version.replica, None, {})
        await self._read(version.replica, None)
        if version.version:
            await self._read(self._replica(), version)

    async def _read(self, replica: int, named: Version | None) -> None:
        headers = {VERSION: named.version} if named else {}
        if self._random.random() < 0.7:
            await self._read_list(replica, named, headers)
        else:
            await self._read_single(replica, named, headers)

    async def _read_list(
        self,
        replica: int,
        named: Version | None,
        headers: dict[str, str],
        query: Query | None = None,
        path: str = "",
    ) -> None:
        query = query or self._random.choice(QUERIES)
        path = path or target(query)
        tag = self._run.tags.get(path)
        if tag and self._random.random() < 0.3:
            headers["If-None-Match"] = tag
        began = time.monotonic()
        reply = await self._ask(replica, "GET", path, headers)
        ended = time.monotonic()
        if reply is None or reply.status == 404:
            return
        tag = reply.headers.get("etag", "")
        if tag:
            self._run.tags[path] = tag
        got = self._run.reading.page(reply)
        self._told(reply, Answer(replica, began, ended, query, got, named, etag=tag))
        if query.walks:
            await self._walk_on(query, got, onward(reply))

    async def _walk_on(self, query: Query, page: Page, path: str | None) -> None:
        """To the next page, at any replica: the cursor says what was seen."""
        known = origin(page.rows[-1]) if page.rows else None
        if path is None or known is None:
            return
        written = self._run.record.users.get(known[0], [])
        last = next((each for each in written if each.number == known[1]), None)
        # Of a write that is in flight nobody knows yet when it was.
        if last is not None and last.updated:
            further = replace(query, after=last)
            await self._read_list(self._replica(), None, {}, further, path)

    async def _read_single(
        self, replica: int, named: Version | None, headers: dict[str, str]
    ) -> None:
        slot = self._random.choice(self._run.slots)
        asked = (slot.key, slot.known)
        method = "HEAD" if self._random.random() < 0.1 else "GET"
        if slot.etag and self._random.random() < 0.3:
            headers["If-None-Match"] = slot.etag
        slash = "/" if self._random.random() < 0.1 else ""
        began = time.monotonic()
        reply = await self._ask(
            replica, method, f"/api/users/{slot.known}{slash}", headers
        )
        ended = time.monotonic()
        if reply is not None:
            got = self._run.reading.single(reply)
            self._told(reply, Answer(replica, began, ended, asked, got, named))

    def _told(self, reply: Reply, answer: Answer) -> None:
        self._run.cache[reply.headers.get("x-cache", "none")] += 1
        self._run.record.answers.append(answer)

    async def _ask(
        self, replica: int, method: str, path: str, headers: Mapping[str, str]
    ) -> Reply | None:
        """None where it was not answered as a read is; that is no wrong answer."""
        self._run.asked += 1
        try:
            reply = await self._clients[replica].ask(method, path, headers)
        except Lost as error:
            self._run.record.odd.append(f"{method} {path}: {error}")
            return None
        if reply.status in _READ and "x-ironclad-degraded" not in reply.headers:
            return reply
        self._run.record.odd.append(f"{method} {path}: {reply.status}")
        return None

    async def _write(self, slot: Slot, replica: int) -> Version | None:
        """The version it made; without a success its user is left alone from now on."""
        slot.busy = True
        method, path, fields = self._change(slot)
        headers = {}
        if slot.id and slot.etag and self._random.random() < 0.3:
            headers["If-Match"] = slot.etag
        version = Version(slot.key, slot.number, time.monotonic(), replica)
        version.deletes = method == "DELETE"
        self._run.record.users[slot.key].append(version)
        self._run.asked += 1
        body = json.dumps(fields).encode() if fields else b""
        try:
            reply = await self._clients[replica].ask(method, path, headers, body)
        except Lost as error:
            version.failed = str(error)
            return None
        acked = time.monotonic()
        if not 200 <= reply.status < 300:
            version.failed = f"{reply.status} {reply.body.decode()}"
            return None
        version.acked = version.taken = acked
        version.version = reply.headers.get(VERSION.lower(), "")
        self._note(slot, version, reply)
        if version.version:
            self._run.newest = version
        slot.busy = False
        return version

    def _change(self, slot: Slot) -> tuple[str, str, dict[str, str]]:
        fields = slot.heading(self._random)
        if slot.id is None:
            return "POST", "/api/users", fields
        path, drawn = f"/api/users/{slot.id}", self._random.random()
        if drawn < 0.15:
            return "DELETE", path, {}
        if drawn < 0.3:
            return "PUT", path, {"email": slot.email, **fields}
        return "PATCH", path, fields

    def _note(self, slot: Slot, version: Version, reply: Reply) -> None:
        if version.deletes:
            slot.id, slot.etag = None, ""
            return
        version.row = self._run.reading.row(json.loads(reply.body)["data"])
        version.etag = slot.etag = reply.headers["etag"]
        version.updated = microseconds(version.etag)
        made = slot.id is None
        before = self._run.record.users[slot.key][-2:-1]
        version.created = version.updated if made else before[0].created
        slot.id = slot.known = version.row[0]
        slot.email = version.row[2]

    def _close(self) -> None:
        for client in self._clients:
            client.close()

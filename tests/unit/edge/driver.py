"""Drives an ASGI application as a server would, and fakes what stands around it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ironclad.edge.background import Background
from ironclad.edge.checks import Checks
from ironclad.edge.drain import Drain
from ironclad.edge.events import FaultDecision, RequestFinished
from ironclad.edge.gate import Door
from ironclad.edge.protocol import ASGIApp, Message, Receive, Scope, Send
from ironclad.edge.read_parts import ReadParts
from ironclad.edge.routes import UNMATCHED
from ironclad.edge.siblings import Siblings
from ironclad.edge.stack import build
from ironclad.edge.static import File
from tests.clock import FakeClock


class FakeFaults:
    """Decides what it is told; a delay moves the clock on, or waits to be released."""

    def __init__(self, clock: FakeClock, decision: FaultDecision | None = None) -> None:
        self.clock = clock
        self.decision = decision
        self.standing = True
        self.waits: asyncio.Future[None] | None = None
        self.dependency = False
        self.asked: list[str] = []

    def decide(self, _method: str, path: str) -> FaultDecision | None:
        self.asked.append(path)
        return self.decision

    async def hold(self, decision: FaultDecision) -> float:
        if self.waits is not None:
            await self.waits
        self.clock.time += decision.delay
        return decision.delay

    def stands(self, _decision: FaultDecision) -> bool:
        return self.standing

    def fails_dependency(self, _method: str, _path: str) -> bool:
        return self.dependency


class Answer:
    def __init__(self, sent: list[Message]) -> None:
        self.sent = sent
        self.status: int = sent[0]["status"] if sent else 0
        self.headers = {
            name.decode().lower(): value.decode()
            for name, value in (sent[0]["headers"] if sent else [])
        }
        self.body = b"".join(message.get("body", b"") for message in sent[1:])

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["errors"][0]["code"])


class Client:
    """One request; `leave()` is the disconnect."""

    def __init__(self, app: ASGIApp, scope: Scope, body: bytes) -> None:
        self.queue: asyncio.Queue[Message] = asyncio.Queue()
        self.queue.put_nowait(
            {"type": "http.request", "body": body, "more_body": False}
        )
        self.sent: list[Message] = []
        self.task = asyncio.ensure_future(app(scope, self.queue.get, self._send))

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    def leave(self) -> None:
        self.queue.put_nowait({"type": "http.disconnect"})

    async def answer(self) -> Answer:
        await asyncio.wait_for(self.task, 5)
        return Answer(self.sent)


async def turn(times: int = 20) -> None:
    """Let everything that is ready run."""
    for _ in range(times):
        await asyncio.sleep(0)


def http_scope(path: str, method: str = "GET", **changed: object) -> Scope:
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 5000),
    }
    scope.update(changed)
    return scope


async def hello(_scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for Django: reads the body, answers 200."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def _route(path: str) -> str:
    return UNMATCHED if path.endswith("/nowhere") else f"route:{path}"


class Edge:
    """The whole stack around a fake Django."""

    def __init__(  # noqa: PLR0913 - what stands around the stack
        self,
        http: ASGIApp = hello,
        *,
        decision: FaultDecision | None = None,
        checks: Checks | None = None,
        background: Background | None = None,
        files: Mapping[str, File] | None = None,
        tree: str = "",
        door: Door | None = None,
        drain: Drain | None = None,
        reads: ReadParts | None = None,
        siblings: Siblings | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.faults = FakeFaults(self.clock, decision)
        self.finished: list[RequestFinished] = []
        self.app = build(
            http=http,
            websocket=hello,
            faults=self.faults,
            observers=[self.finished.append],
            background=background or Background(),
            resolve=_route,
            checks=checks,
            files=files,
            tree=tree,
            clock=self.clock,
            door=door,
            drain=drain,
            reads=reads,
            siblings=siblings,
        )

    def request(
        self, path: str, method: str = "GET", body: bytes = b"", **changed: object
    ) -> Client:
        return Client(self.app, http_scope(path, method, **changed), body)

    async def get(self, path: str, **changed: object) -> Answer:
        scope = http_scope(path, "GET", **changed)
        return await Client(self.app, scope, b"").answer()


def waiting_for(release: asyncio.Event) -> Callable[..., Awaitable[None]]:
    """A Django that answers once it is released."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await release.wait()
        await hello(scope, receive, send)

    return app

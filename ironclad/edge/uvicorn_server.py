# uvicorn is not installed where nobody asks for it.
# mypy: disable-error-code="misc"
"""The application on uvicorn, for `ASGI_SERVER=uvicorn`, leaving as it does on Daphne.

It answers faster and promises less: what of our bounds at the socket does not hold here is in
docs/guide/processes.md, and the checks want a proxy in front that keeps them.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator
from typing import Any

import structlog
import uvicorn

from ironclad.edge.protocol import Message, Receive, Scope, Send
from ironclad.edge.stack import Stack
from ironclad.edge.websocket import LARGEST_FRAME
from ironclad.workers.listening import BACKLOG
from ironclad.workers.supervisor import REPLACED

_IDLE = 75  # seconds between two requests, as on Daphne
_QUIET = 2.0  # seconds for clients to read that an answer was their connection's last
_STEP = 0.02  # seconds

logger = structlog.get_logger(__name__)


class LastAnswers:
    """Says `Connection: close` from the moment on that the server leaves."""

    def __init__(self, app: Stack) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def last(message: Message) -> None:
            starts = message["type"] == "http.response.start"
            if starts and self._app.drain.began:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive, last)


class GracefulUvicorn(uvicorn.Server):
    def __init__(self, application: Stack, beside: Coroutine[Any, Any, None]) -> None:
        self.drain = application.drain
        self._beside = beside
        self._tasks: list[asyncio.Task[None]] = []
        super().__init__(
            uvicorn.Config(
                LastAnswers(application),
                lifespan="off",  # `beside` starts what runs beside
                access_log=False,
                log_config=None,
                proxy_headers=False,  # ironclad.edge.forwarded settles them
                server_header=False,
                date_header=True,
                backlog=BACKLOG,
                timeout_keep_alive=_IDLE,
                ws="websockets-sansio",
                ws_max_size=LARGEST_FRAME,
                timeout_graceful_shutdown=max(
                    1, int(self.drain.deadline - self.drain.delay)
                ),
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Its own would end the process by the signal, and not with 0."""
        loop = asyncio.get_running_loop()
        self._tasks.append(loop.create_task(self._beside))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.leave)
        loop.add_signal_handler(REPLACED, self.replaced)
        if not sys.stdin.isatty():  # a terminal that is closed ends it
            loop.add_signal_handler(signal.SIGHUP, self._alone)
        yield

    def leave(self) -> None:
        if self.drain.began:
            self.force_exit = self.should_exit = True
            return
        self.drain.began = True
        logger.info("server_leaves", delay=self.drain.delay)
        self._tasks.append(asyncio.get_running_loop().create_task(self._leave()))

    def replaced(self) -> None:
        if not self.drain.began:
            self.drain.replaced = True
            self.leave()

    @staticmethod
    def _alone() -> None:
        logger.warning("nothing_to_reload", reason="it is for the supervisor")

    async def _leave(self) -> None:
        if self.drain.replaced:
            for server in self.servers:
                server.close()
            await asyncio.sleep(_QUIET)
        else:
            await asyncio.sleep(self.drain.delay)
        self.should_exit = True
        while True:
            self.drain.hurry()
            await asyncio.sleep(_STEP)


def serve_on_uvicorn(
    application: Stack, listener: socket.socket, beside: Coroutine[Any, Any, None]
) -> None:
    """Until a signal."""
    GracefulUvicorn(application, beside).run(sockets=[listener])

# Twisted is typed in parts and Daphne not at all.
# mypy: disable-error-code="no-untyped-call, misc"
"""Daphne, leaving in order: nobody who was let in is turned away.

On SIGTERM or SIGINT `/readyz` says 503 while connections are still taken, for as long as whoever
sends them here needs to hear of it. Then the port is closed, consoles are told to come again,
requests in flight get their answers, and the loop ends. A second signal ends it at once.
"""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import structlog
from daphne.server import Server
from twisted.internet import defer, reactor

from ironclad.edge.channel import Channel
from ironclad.edge.drain import Drain
from ironclad.edge.websocket import Socket

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# What was sent before the port closed may still lie in the kernel: time to read it.
_LAST_WORD = 0.1  # seconds
_STEP = 0.02  # seconds between two looks at what is left

logger = structlog.get_logger(__name__)


class GracefulServer(Server):
    def __init__(self, *, drain: Drain, **options: Any) -> None:
        super().__init__(signal_handlers=False, **options)
        self.drain = drain
        self.channels: set[Channel] = set()  # the connections that speak HTTP
        self._ports: list[Any] = []
        self._leaving: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve until a signal, and leave; from then on signals do what they always do."""
        loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop  # noqa: SLF001
        for number in _SIGNALS:
            loop.add_signal_handler(number, self.leave)
        super().run()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    def leave(self) -> None:
        """Begin to; called again, stop at once. On the event loop."""
        if self._leaving is None:
            self._leaving = asyncio.ensure_future(self._leave())
        else:
            self.stop()

    async def _leave(self) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.drain.deadline
        self.drain.began = True
        logger.info("server_leaves", delay=self.drain.delay)
        await asyncio.sleep(self.drain.delay)
        for port in self._ports:
            port.doRead()  # takes those who have connected already
            await defer.maybeDeferred(port.stopListening).asFuture(loop)
        await asyncio.sleep(_LAST_WORD)
        while (left := self._left()) and loop.time() < ends:
            self.drain.hurry()
            for protocol in left:
                protocol.leave()
            await asyncio.sleep(_STEP)
        logger.info("server_left", cut=len(left))
        self.stop()

    def _left(self) -> list[Channel | Socket]:
        """The connections that are still open, of either kind."""
        sockets = [
            protocol
            for protocol, details in self.connections.items()
            if isinstance(protocol, Socket) and "disconnected" not in details
        ]
        return [*self.channels, *sockets]

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)
        super().listen_success(port)

    def kill_all_applications(self) -> defer.Deferred[Any]:
        """Cancel what is still at work, so that it is counted.

        Daphne's own fails, and cancels nothing, where a connection has no application yet.
        """
        found = [d.get("application_instance") for d in self.connections.values()]
        at_work = [task for task in found if task is not None]
        for task in at_work:
            task.cancel()
        return defer.Deferred.fromFuture(
            asyncio.gather(*at_work, return_exceptions=True)
        )

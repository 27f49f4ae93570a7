# Twisted is typed in parts and Daphne not at all.
# mypy: disable-error-code="no-untyped-call, misc"
"""Daphne, leaving in order: nobody who was let in is turned away.

On SIGTERM or SIGINT `/readyz` says 503 while connections are still taken, for as long as whoever
sends them here needs to hear of it. Then the port is closed, consoles are told to come again,
requests in flight get their answers, and the loop ends. A second signal ends it at once.

Where several processes share the port, one that was replaced (SIGUSR1) leaves the same way, but
`/readyz` does not speak of it: the others serve on.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import sys
from collections.abc import Coroutine
from typing import Any, cast

import structlog
from daphne.server import Server
from django.conf import settings
from twisted.internet import defer, reactor

from ironclad.edge.channel import Channel
from ironclad.edge.crowd import Crowd
from ironclad.edge.drain import Drain
from ironclad.edge.turns import Turns
from ironclad.edge.websocket import Socket
from ironclad.observability.metrics import connections_cut_total
from ironclad.workers.board import Board
from ironclad.workers.supervisor import REPLACED

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# What was sent before the port closed may still lie in the kernel: time to read it.
_LAST_WORD = 0.1  # seconds
_STEP = 0.02  # seconds between two looks at what is left
# Time for whoever asks over a connection to read that its answer there was the last: closing a
# quiet one might cross with a request.
_QUIET = 2.0
_DESCRIPTORS = 8192  # what the limit of open files is raised to, where it may
_RESERVED = 800  # descriptors: consoles, databases, files
_MOST, _FEWEST = 2000, 100  # connections that speak HTTP
_MOST_WAITING = 256  # of one address

logger = structlog.get_logger(__name__)


def crowd() -> Crowd:
    """As many as there are descriptors for, and with no proxy in front a bound for each address.

    A proxy's connections all have its own address.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return Crowd(
        max(_FEWEST, min(_MOST, most - _RESERVED)),
        most_waiting=None if settings.TRUSTED_PROXIES else _MOST_WAITING,
        closed=lambda why: connections_cut_total.labels(why).inc(),
    )


def _alone() -> None:
    """Where several processes serve, this signal replaces each."""
    logger.warning("nothing_to_reload", reason="one process serves")


def _loop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop  # noqa: SLF001
    return loop


def know_family(port: Any) -> None:
    """Daphne takes every socket that was handed over for an IPv4 one; the kernel knows.

    Of another family addresses would be misread: ours, and those of all who ask.
    """
    port.socket = socket.socket(fileno=port.socket.detach())
    port.fileno = port.socket.fileno


class GracefulServer(Server):
    """`place`: where this process stands among those that share its port."""

    def __init__(
        self, *, drain: Drain, place: tuple[Board, int] | None = None, **options: Any
    ) -> None:
        self.channels = crowd()  # the connections that speak HTTP
        super().__init__(signal_handlers=False, **options)
        self.drain = drain
        self._place = place
        self._turns: list[Turns] = []
        self._beside: asyncio.Task[None] | None = None
        self._ports: list[Any] = []
        self._leaving: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve until a signal, and leave; from then on signals do what they always do."""
        loop = _loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self.leave)
        if self._place is not None:
            loop.add_signal_handler(REPLACED, self.replaced)
        elif not sys.stdin.isatty():  # a terminal that is closed ends it, as ever
            loop.add_signal_handler(signal.SIGHUP, _alone)
        super().run()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """To be done while the loop runs; called before `run`."""
        self._beside = _loop().create_task(work)

    def leave(self) -> None:
        """Begin to; called again, stop at once. On the event loop."""
        if self._leaving is None:
            self._leaving = asyncio.ensure_future(self._leave())
        else:
            self.stop()

    def replaced(self) -> None:
        """Begin to, in favour of another process on the same port."""
        self.drain.replaced = self._leaving is None
        if self.drain.replaced:
            self.leave()

    async def _leave(self) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.drain.deadline
        self.drain.began = True
        logger.info("server_leaves", delay=self.drain.delay)
        if not self.drain.replaced:
            await asyncio.sleep(self.drain.delay)
        for turns in self._turns:
            turns.stop()
        for port in self._ports:
            port.doRead()  # takes those who have connected already
            await defer.maybeDeferred(port.stopListening).asFuture(loop)
        await asyncio.sleep(_QUIET if self.drain.replaced else _LAST_WORD)
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
        channels = cast("list[Channel]", list(self.channels))
        return [*channels, *sockets]

    def listen_success(self, port: Any) -> None:
        if self._place is not None:
            know_family(port)
        self._ports.append(port)
        if self._place is not None:
            self._turns.append(Turns(port, self._place, self._count, _loop()))
        super().listen_success(port)

    def _count(self) -> int:
        return len(self._left())

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

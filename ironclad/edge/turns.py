# Twisted is typed in parts.
# mypy: disable-error-code="no-untyped-call, misc"
"""Accepting from a socket that several processes share, so that each gets its part.

The kernel wakes all that wait, and the first takes what there is: on an idle machine mostly the
same one, with every console. So a process that has more connections than another lets that one
go first, for a moment; what nobody has taken by then it takes itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ironclad.workers.board import Board

_MORE = 2  # connections beyond the fewest of the others that are no reason to wait
_MOMENT = 0.003  # seconds
_TELL = 0.1  # seconds between two entries on the board


class Turns:
    """Takes the place of a port's own `doRead`. On the event loop."""

    def __init__(
        self,
        port: Any,
        place: tuple[Board, int],
        connections: Callable[[], int],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._loop = loop  # which need not run yet
        self._port = port
        self._board, self._slot = place
        self._connections = connections
        self._waited = False
        self._timer: asyncio.TimerHandle | None = None
        port.doRead = self.take
        self._tell()

    def take(self) -> None:
        if not self._waited and self._ahead():
            self._port.stopReading()
            self._loop.call_later(_MOMENT, self._again)
            return
        self._waited = False
        self._port.numberAccepts = 1  # the next one may be another's
        type(self._port).doRead(self._port)
        self._board.tell(self._slot, self._connections())

    def stop(self) -> None:
        """Before the port is closed: what has connected already is taken without waiting."""
        if self._timer is not None:
            self._timer.cancel()
        self._board.leave(self._slot)
        del self._port.doRead

    def _ahead(self) -> bool:
        fewest = self._board.fewest_beside(self._slot)
        return fewest is not None and self._connections() > fewest + _MORE

    def _again(self) -> None:
        self._waited = True
        if self._port.connected and not self._port.disconnecting:
            self._port.startReading()

    def _tell(self) -> None:
        """What has closed since shows up here."""
        self._board.tell(self._slot, self._connections())
        self._timer = self._loop.call_later(_TELL, self._tell)

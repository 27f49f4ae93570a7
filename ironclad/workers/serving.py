"""What `serve` does where several processes serve: it listens, and becomes their supervisor."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from types import FrameType

from ironclad.clock import Clock
from ironclad.workers.asking import missing
from ironclad.workers.shared import Shared
from ironclad.workers.supervisor import Supervisor

_TICK = 0.05  # seconds
_FAREWELL = 2.5  # seconds after leaving in order, for what is still to be stored


def supervise(
    count: int, *, host: str, port: int, clock: Clock, deadline: float
) -> None:
    """Until a signal, and all have left. Raises CannotListenError, HopelessError.

    SIGTERM and SIGINT: all leave. SIGHUP: each is replaced; from a terminal, which sends it
    when it is closed: all leave.
    """
    asked: list[int] = []  # signals, obeyed between two looks

    def hear(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, hear)
    with Shared(host, port) as shared:
        supervisor = Supervisor(
            count,
            spawn=shared.spawn,
            missing=lambda slot: missing(shared.socket(slot)),
            gone=shared.gone,
            clock=clock,
            deadline=deadline + _FAREWELL,
        )
        try:
            while supervisor.tend():
                while asked:
                    if asked.pop(0) == signal.SIGHUP and not sys.stdin.isatty():
                        supervisor.reload()
                    else:
                        supervisor.stop()
                        # Else connections would be taken for as long as we wait.
                        shared.close_listener()
                time.sleep(_TICK)
        finally:
            for running in supervisor.running:
                with suppress(ProcessLookupError):
                    running.process.send_signal(signal.SIGKILL)

"""A process ends when its supervisor has ended without a word (kill -9)."""

from __future__ import annotations

import os
import signal
import threading
import time

_GRACE = 5.0  # seconds beyond what leaving in order may take


def hold(descriptor: int, deadline: float) -> None:
    """Begin to watch the pipe; `deadline` is how many seconds leaving in order may take."""
    watching = threading.Thread(
        target=_watch, args=(descriptor, deadline), name="lifeline", daemon=True
    )
    watching.start()


def _watch(descriptor: int, deadline: float) -> None:
    while os.read(descriptor, 1):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(deadline + _GRACE)
    os.kill(os.getpid(), signal.SIGKILL)

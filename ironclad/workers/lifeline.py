"""A process ends when its supervisor has ended without a word (kill -9)."""

from __future__ import annotations

import os
import signal
import threading
import time

_GRACE = 5.0  # seconds beyond what leaving in order may take


def hold(descriptor: int, deadline: float) -> threading.Event:
    """Begin to watch the pipe; what it gives is set once the supervisor is gone.

    `deadline` is how many seconds leaving in order may take.
    """
    gone = threading.Event()
    watching = threading.Thread(
        target=_watch, args=(descriptor, deadline, gone), name="lifeline", daemon=True
    )
    watching.start()
    return gone


def _watch(descriptor: int, deadline: float, gone: threading.Event) -> None:
    while os.read(descriptor, 1):
        continue
    gone.set()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(deadline + _GRACE)
    os.kill(os.getpid(), signal.SIGKILL)

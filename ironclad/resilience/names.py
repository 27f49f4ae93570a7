"""Looking host names up without waiting for it: the system's resolver knows no deadline."""

from __future__ import annotations

import errno
import socket
import threading
from concurrent.futures import Future
from typing import Any


class LookUps:
    """Each in a daemon thread of its own; safe to use from any thread.

    One that hangs keeps no other waiting, nor the interpreter at its exit; it is ended by the
    system's resolver in the end. `most` of them may be under way.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._places = threading.BoundedSemaphore(most)

    def start(self, *asked: Any) -> Future[list[Any]]:
        """What `socket.getaddrinfo` finds, later. Raises OSError when too many are under way."""
        if not self._places.acquire(blocking=False):
            raise OSError(errno.EAGAIN, "too many look-ups of names are under way")
        found: Future[list[Any]] = Future()
        found.set_running_or_notify_cancel()  # whoever gives up does not stop the thread

        def look_up() -> None:
            try:
                found.set_result(socket.getaddrinfo(*asked))
            except BaseException as error:  # noqa: BLE001 - raised where it is awaited
                found.set_exception(error)
            finally:
                self._places.release()

        try:
            threading.Thread(target=look_up, name=self._name, daemon=True).start()
        except RuntimeError:  # the system has no thread left
            self._places.release()
            raise
        return found

"""An event loop whose look-ups of host names may hang without holding anything else.

An ordinary loop lets the threads of its executor look names up. They are few, so those that
hang would keep the others waiting; and the interpreter waits for each of them at its exit.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from concurrent.futures import Future
from typing import Any

_MOST = 32  # look-ups under way; one that hangs is ended by the system's resolver


class NamesLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._lookups = threading.BoundedSemaphore(_MOST)

    async def getaddrinfo(  # noqa: PLR0913 - the loop's own signature
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """As the standard loop's. Raises OSError when too many are under way."""
        if not self._lookups.acquire(blocking=False):
            raise OSError(errno.EAGAIN, "too many look-ups of names are under way")
        found: Future[list[Any]] = Future()
        found.set_running_or_notify_cancel()  # whoever gives up does not stop the thread

        def look_up() -> None:
            try:
                asked = (host, port, family, type, proto, flags)
                found.set_result(socket.getaddrinfo(*asked))
            except BaseException as error:  # noqa: BLE001 - raised where it is awaited
                found.set_exception(error)
            finally:
                self._lookups.release()

        threading.Thread(target=look_up, name="outbound-name", daemon=True).start()
        return await asyncio.wrap_future(found, loop=self)

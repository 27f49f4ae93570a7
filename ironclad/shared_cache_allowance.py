"""What one operation on the shared cache may take: seconds, and bytes of what Redis says.

A timeout of a socket bounds each read, and a server that sends a byte now and then has for
ever; one that announces a large answer and sends it fast has all the memory.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class _Allowance:
    ends: float
    bytes: int


_allowed: ContextVar[_Allowance | None] = ContextVar("redis-allowance", default=None)


@contextmanager
def allowance(seconds: float, most_bytes: int) -> Iterator[None]:
    """Bounds what the sockets inside do, all of them together."""
    token = _allowed.set(_Allowance(time.monotonic() + seconds, most_bytes))
    try:
        yield
    finally:
        _allowed.reset(token)


def left(most: float | None) -> float | None:
    """Seconds that a step may take: `most` (None: any), or less. Raises TimeoutError."""
    now = _allowed.get()
    if now is None:
        return most
    seconds = now.ends - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds if most is None else min(most, seconds)


class AllowedSocket:
    """A socket whose reads and writes keep to the allowance; all else is the socket's own."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._most: float | None = inner.gettimeout()

    def settimeout(self, seconds: float | None) -> None:
        self._most = seconds

    def recv(self, size: int) -> bytes:
        self._bound()
        data: bytes = self._inner.recv(size)
        if now := _allowed.get():
            now.bytes -= len(data)
            if now.bytes < 0:
                raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        return data

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:  # the sendall of TLS gives each of its records the whole time
            self._bound()
            view = view[self._inner.send(view) :]

    def _bound(self) -> None:
        # 0 asks for what is there already, and waits for nothing.
        self._inner.settimeout(left(self._most) if self._most != 0 else 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

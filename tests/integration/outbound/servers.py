"""Small TCP servers that behave and misbehave."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

import pytest

from ironclad.errors import DeadlineExceeded


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.over = server.over

    def read(self) -> bool:
        """Take in one whole request; False when the client has gone instead."""
        got = b""
        while b"\r\n\r\n" not in got or len(got) < whole(got):
            piece = self.connection.recv(65536)
            if not piece:
                return False
            got += piece
        self.server.requests.append(got)
        return True

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def hold(self) -> None:
        """Until the client has gone."""
        while self.connection.recv(65536):
            pass

    def reset(self) -> None:
        """End it with an RST instead of a FIN."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


Behaviour = Callable[[Peer], object]
DEADLINE = 0.3  # seconds; what a call is given that cannot end by itself


class Server:
    """The n-th connection meets the n-th behaviour, or the last; each in its thread.

    A `deaf` one refuses connections until it is told to `hear`.
    """

    def __init__(self, *behaviours: Behaviour, deaf: bool = False) -> None:
        self.behaviours = behaviours
        self.over = threading.Event()
        self.requests: list[bytes] = []
        self.connections = 0
        self.ended = 0  # of the connections
        self._open: list[socket.socket] = []
        self._deaf = deaf
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        if not self._deaf:
            self.hear()
        return self

    def hear(self) -> None:
        self._listener.listen()
        self._threads.append(threading.Thread(target=self._accept))
        self._threads[0].start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):  # it may have ended already
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                behave = self.behaviours[
                    min(self.connections, len(self.behaviours) - 1)
                ]
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection, behave))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket, behave: Behaviour) -> None:
        with contextlib.suppress(OSError), connection:
            behave(Peer(self, connection))
        self.ended += 1


def whole(got: bytes) -> int:
    """Bytes of the request whose head this is."""
    head, _, _ = got.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(head) + 4 + int(line.split(b":")[1])
    return len(head) + 4


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come to that in time"
        time.sleep(0.005)


@contextlib.contextmanager
def takes(least: float, most: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert least <= time.monotonic() - began <= most


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    """The call inside takes its deadline and not much more."""
    late = pytest.raises(DeadlineExceeded, match=r"^prometheus did not answer")
    with takes(DEADLINE - 0.05, DEADLINE + 0.5), late:
        yield

"""A client that costs less than any server it asks: sockets, a selector, and bytes.

Each connection asks again as soon as it has its answer. Nothing is parsed but the length: on two
cores every microsecond of the client's is one that is taken from the server.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass(slots=True)
class Pounded:
    """What came of it."""

    seconds: float
    answers: int = 0
    others: int = 0  # whose status was not the expected one
    took: list[float] = field(default_factory=list)  # seconds, each

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.answers / self.seconds


class _Asker:
    def __init__(self, port: int, request: bytes, status: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._status = b"HTTP/1.1 " + status
        self._read = b""
        self._whole = 0  # bytes of the answer; 0: not known yet
        self.asked = 0.0

    def ask(self) -> None:
        self._read, self._whole = b"", 0
        self.asked = time.perf_counter()
        self.socket.sendall(self._request)

    def hear(self) -> bool | None:
        """Whether the answer was good, once it is whole."""
        part = self.socket.recv(262_144)
        if not part:
            message = "the server has closed the connection"
            raise ConnectionError(message)
        self._read = self._read + part if self._read else part
        if not self._whole:
            head, end, _rest = self._read.partition(_END)
            if not end:
                return None
            found = _LENGTH.search(head + b"\r\n")
            length = int(found[1]) if found else 0
            self._whole = len(head) + len(_END) + length
        if len(self._read) < self._whole:
            return None
        return self._read.startswith(self._status)


def request(path: str, *headers: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers)
    return "\r\n".join((*lines, "", "")).encode()


def pound(
    port: int, asked: bytes, *, clients: int, seconds: float, status: int = 200
) -> Pounded:
    """Ask `asked` over `clients` connections for so long."""
    askers = [_Asker(port, asked, str(status).encode()) for _ in range(clients)]
    pounded = Pounded(seconds)
    with selectors.DefaultSelector() as selector:
        for asker in askers:
            selector.register(asker.socket, selectors.EVENT_READ, asker)
            asker.ask()
        ends = time.perf_counter() + seconds
        while (now := time.perf_counter()) < ends:
            for key, _events in selector.select(ends - now):
                _hear(key.data, pounded)
    for asker in askers:
        asker.socket.close()
    return pounded


def _hear(asker: _Asker, pounded: Pounded) -> None:
    good = asker.hear()
    if good is None:
        return
    pounded.took.append(time.perf_counter() - asker.asked)
    if good:
        pounded.answers += 1
    else:
        pounded.others += 1
    asker.ask()

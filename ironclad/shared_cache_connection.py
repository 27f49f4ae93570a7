"""Connections to Redis that keep to the allowance, and wait for no resolver beyond it."""

from __future__ import annotations

import socket
from typing import Any

from redis.connection import Connection, SSLConnection

from ironclad.resilience.names import LookUps
from ironclad.shared_cache_allowance import AllowedSocket, left

LARGEST = 2**20  # bytes that one operation hears: what is kept there are counters
_names = LookUps("redis-name", 16)


def _connected(by: Connection) -> socket.socket:
    """The first of a name's addresses that answers; each step has the time to connect."""
    host, port, most = by.host, by.port, by.socket_connect_timeout
    found = _names.start(host, port, 0, socket.SOCK_STREAM).result(left(most))
    last: OSError | None = None
    for _, _, _, _, address in found:
        try:
            made = socket.create_connection(address[:2], timeout=left(most))
        except OSError as error:
            last = error
            continue
        made.settimeout(by.socket_timeout)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made
    raise last or OSError("the name has no address")


class Bound(Connection):
    def _connect(self) -> Any:
        return AllowedSocket(_connected(self))


class BoundTLS(SSLConnection):
    def _connect(self) -> Any:
        made = _connected(self)
        try:
            made.settimeout(left(self.socket_connect_timeout))
            wrapped = self._wrap_socket_with_ssl(made)  # type: ignore[no-untyped-call]
        except BaseException:
            made.close()
            raise
        wrapped.settimeout(self.socket_timeout)
        return AllowedSocket(wrapped)


# By the scheme of REDIS_URL; a socket's path is no name.
KINDS: dict[str, type[Connection]] = {"redis": Bound, "rediss": BoundTLS}

"""Connections to Redis that wait for no resolver: its own has no deadline."""

from __future__ import annotations

import socket
from typing import Any

from redis.connection import Connection, SSLConnection

from ironclad.resilience.names import LookUps

_names = LookUps("redis-name", 16)


def _connected(by: Connection) -> socket.socket:
    """The first of a name's addresses that answers; each step has the time to connect."""
    host, port, most = by.host, by.port, by.socket_connect_timeout
    found = _names.start(host, port, 0, socket.SOCK_STREAM).result(most)
    last: OSError | None = None
    for _, _, _, _, address in found:
        try:
            made = socket.create_connection(address[:2], timeout=most)
        except OSError as error:
            last = error
            continue
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made
    raise last or OSError("the name has no address")


class Bound(Connection):
    def _connect(self) -> Any:
        return _connected(self)


class BoundTLS(SSLConnection):
    def _connect(self) -> Any:
        made = _connected(self)
        try:
            return self._wrap_socket_with_ssl(made)  # type: ignore[no-untyped-call]
        except BaseException:
            made.close()
            raise


# By the scheme of REDIS_URL; a socket's path is no name.
KINDS: dict[str, type[Connection]] = {"redis": Bound, "rediss": BoundTLS}

# Twisted is typed in parts.
# mypy: disable-error-code="no-untyped-call"
"""A socket that a supervisor has handed over is a port, of whichever family."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from twisted.internet import protocol, reactor, tcp

from ironclad.edge.server import know_family
from ironclad.workers.listening import listen

SIX = pytest.mark.skipif(
    not Path("/proc/net/if_inet6").exists(), reason="this kernel has no IPv6"
)


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=SIX)])
def test_it_says_where_it_listens(host: str) -> None:
    with listen(host, 0) as listener:
        # As Daphne's endpoint does, which knows one family.
        port: Any = tcp.Port._fromListeningDescriptor(
            reactor, listener.fileno(), socket.AF_INET, protocol.Factory()
        )
        port.socket = port._preexistingSocket
        know_family(port)
        with port.socket:
            told = port.getHost()
            assert (told.host, told.port) == (host, listener.getsockname()[1])
            assert port.fileno() == port.socket.fileno()

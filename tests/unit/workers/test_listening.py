"""One port is one instance's."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ironclad.workers.listening import CannotListenError, listen

# IPv4 is never left out. Without this file the kernel has no IPv6 to listen on.
SIX = pytest.mark.skipif(
    not Path("/proc/net/if_inet6").exists(), reason="this kernel has no IPv6"
)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", pytest.param("::1", marks=SIX), pytest.param("[::1]", marks=SIX)],
)
def test_a_second_instance_is_refused_and_told_why(host: str) -> None:
    with listen(host, 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(CannotListenError, match="taken by another program"):
            listen(host, port)


def test_nobody_can_join_in_by_sharing_the_port() -> None:
    with listen("127.0.0.1", 0) as first, socket.socket() as second:
        second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with pytest.raises(OSError, match="in use"):
            second.bind(first.getsockname())


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotListenError, match=r"cannot listen on 192\.0\.2\.1:8000"):
        listen("192.0.2.1", 8000)

"""Whether an address of a Chaos Toolkit experiment is one of this service. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


class Addresses:
    """`base` are the addresses that this service has, such as http://127.0.0.1:3000."""

    def __init__(self, base: Sequence[str]) -> None:
        places = [_place(each) for each in base]
        self._places = {place for place in places if place is not None}
        self._ports = {port for _, port in self._places}

    def path(self, url: str) -> str | None:
        """The path and query within this service; None: it is somewhere else.

        On loopback the port is enough, for that is where one tries things out.
        """
        if url.startswith("/") and not url.startswith("//"):
            return url.partition("#")[0]
        place = _place(url)
        if place is None:
            return None
        host, port = place
        if place not in self._places and not (_loopback(host) and port in self._ports):
            return None
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return (parts.path or "/") + query


def _place(url: str) -> tuple[str, int] | None:
    """Host and port; None: no address that is asked over HTTP."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        return None
    return host.rstrip("."), port or _PORTS[parts.scheme]


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""Who asks and by which scheme, where trusted proxies stand in front.

Each proxy appends the address it was called from to X-Forwarded-For. So with n trusted proxies
the n-th entry from the right is true, and whatever stands left of it was sent by the client.
With fewer entries than proxies somebody has gone round one of them: then nothing that was sent
is believed, and the connection's own address counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from ironclad.edge.protocol import Scope

UNKNOWN = "unknown"
_FOR = b"x-forwarded-for"
_PROTO = b"x-forwarded-proto"


def client_of(peer: str, named: str, proxies: int) -> str:
    """The client's address; `named` is X-Forwarded-For. Pure."""
    hops = _entries(named)
    if not proxies or len(hops) < proxies:
        return _address(peer) or UNKNOWN
    return _address(hops[-proxies]) or _address(peer) or UNKNOWN


def scheme_of(scheme: str, named: str, proxies: int) -> str:
    """`http` or `https`; `named` is X-Forwarded-Proto. Pure.

    Most proxies replace what was sent, so one entry is the last hop's; where they append, the
    first trusted one has spoken with the client.
    """
    hops = _entries(named)
    if not proxies or not hops:
        return scheme
    said = hops[-min(proxies, len(hops))].lower()
    return said if said in {"http", "https"} else scheme


def network_of(address: str) -> str:
    """What counts as one client: an IPv6 one owns a /64 at least. Pure."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return UNKNOWN
    if parsed.version == 4:  # noqa: PLR2004
        return str(parsed)
    return str(ip_network((parsed, 64), strict=False).network_address)


def address_of(request: HttpRequest) -> str:
    """The client's address of a request, wherever it has come in."""
    peer = str(request.META.get("REMOTE_ADDR") or "")
    named = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    return client_of(peer, named, settings.TRUSTED_PROXIES)


def settle(scope: Scope, proxies: int) -> None:
    """Put the true client and scheme into a scope, for everything behind.

    `peer` keeps whom the connection is with.
    """
    client = scope.get("client")
    scope["peer"] = client
    socket = scope["type"] == "websocket"
    scheme = scope.get("scheme") or ("ws" if socket else "http")
    if proxies:
        headers = scope["headers"]
        if client is not None:
            told = client_of(str(client[0]), _joined(headers, _FOR), proxies)
            scope["client"] = [told, client[1]]
        plain = "https" if scheme in {"https", "wss"} else "http"
        scheme = scheme_of(plain, _joined(headers, _PROTO), proxies)
        if socket:
            scheme = "wss" if scheme == "https" else "ws"
    scope["scheme"] = scheme


def _entries(named: str) -> list[str]:
    return [entry.strip() for entry in named.split(",") if entry.strip()]


def _joined(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    values = [value for key, value in headers if key == name]
    return b",".join(values).decode("latin-1")


def _address(text: str) -> str | None:
    """Without brackets, port and zone, which some proxies write; None for what is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)

"""The WebSocket application: `/ws/console`."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import parse_cookie

from ironclad.edge.forwarded import network_of
from ironclad.observability.metrics import (
    bulkhead_in_use,
    bulkhead_limit,
    bulkhead_rejected_total,
)
from ironclad.resilience.process import bulkheads
from sre_console.capacity.sampling import CONSOLES
from sre_console.live.runtime import runtime
from sre_console.live.stop import stop_all
from sre_console.pages import origin
from sre_console.pages.consumers import TRY_LATER, Connection, Desk, Receive, Send
from sre_console.pages.people import person_of
from sre_console.pages.places import Places
from sre_console.pages.seats import Seats

PATHS = frozenset({"/ws/console", "/ws/console/"})
places = Places()
bulkheads[CONSOLES] = places
bulkhead_in_use.labels(CONSOLES).set_function(lambda: places.taken)
bulkhead_limit.labels(CONSOLES).set(places.most)
bulkhead_rejected_total.labels(CONSOLES)  # exists at 0
_UNKNOWN = ("", 0)


@cache
def _desk() -> Desk:
    seats = Seats(settings.CONSOLES_PER_USER, settings.CONSOLES_PER_ADDRESS)
    runtime().people.subscribe(seats.hear)
    return Desk(
        snapshots=runtime().snapshots,
        stop_all=stop_all,
        person_of=person_of,
        seats=seats,
    )


async def websocket(scope: dict[str, object], receive: Receive, send: Send) -> None:
    """An ASGI application for `websocket` scopes. Other addresses are refused.

    A refusal at the handshake is an HTTP 403. Whatever the page needs to tell apart is
    told by the close code of an accepted WebSocket: a browser hides the others.
    """
    await receive()  # websocket.connect
    headers: list[tuple[bytes, bytes]] = list(scope["headers"])  # type: ignore[call-overload]
    known = scope["path"] in PATHS
    if not known or not origin.allowed(headers, scheme=str(scope.get("scheme", "ws"))):
        await send({"type": "websocket.close", "code": 4403})
        return
    await send({"type": "websocket.accept"})
    # As the edge has settled it.
    client: tuple[str, int] = scope.get("client") or _UNKNOWN  # type: ignore[assignment]
    network = network_of(client[0])
    if not _desk().seats.admit(network):
        await send({"type": "websocket.close", "code": TRY_LATER})
        return
    place = places.take()
    try:
        if place is None:
            bulkhead_rejected_total.labels(CONSOLES).inc()
            await send({"type": "websocket.close", "code": TRY_LATER})
            return
        key = _session_key(headers)
        connection = Connection(
            _desk(), place, key, receive, send, address=str(client[0])
        )
        await connection.run()
    finally:
        _desk().seats.let_go(network)
        if place is not None:
            places.give_back(place)


def _session_key(headers: list[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name.lower() == b"cookie":
            cookies = parse_cookie(value.decode("latin1"))
            return cookies.get(settings.SESSION_COOKIE_NAME, "")
    return ""

"""The WebSocket application: `/ws/console`."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import parse_cookie

from sre_console.live.runtime import runtime
from sre_console.live.stop import stop_all
from sre_console.pages import origin
from sre_console.pages.consumers import TRY_LATER, Connection, Desk, Receive, Send
from sre_console.pages.people import person_of
from sre_console.pages.places import Places

PATHS = frozenset({"/ws/console", "/ws/console/"})
places = Places()


@cache
def _desk() -> Desk:
    return Desk(snapshots=runtime().snapshots, stop_all=stop_all, person_of=person_of)


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
    place = places.take()
    if place is None:
        await send({"type": "websocket.close", "code": TRY_LATER})
        return
    try:
        await Connection(_desk(), place, _session_key(headers), receive, send).run()
    finally:
        places.give_back(place)


def _session_key(headers: list[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name.lower() == b"cookie":
            cookies = parse_cookie(value.decode("latin1"))
            return cookies.get(settings.SESSION_COOKIE_NAME, "")
    return ""

"""Django behind ASGI with one hop to a thread instead of one for each middleware.

Every view and middleware here is synchronous. Django's own ASGI handler runs the middleware
chain as coroutines and sends each synchronous half of each middleware to the request's thread and
back: some twenty hand-overs of the interpreter lock a request, which cost more than the work. It
makes that thread for one request alone, and two tasks to see a client leave, which
ironclad.edge.handover does for all. Here a request is one call in a thread that stays.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, cast

import django
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http.response import HttpResponse, HttpResponseBase
from django.urls import set_script_prefix

from ironclad.edge.protocol import Receive, Scope, Send

DjangoSend = Callable[[Mapping[str, Any]], Awaitable[None]]

# Threads are made when all others are busy. Admission bounds how many that are: this is above
# what it lets in where an operator has switched the bulkhead off, with the console's beside it.
_THREADS = 600


class OneHopHandler(ASGIHandler):
    """The middleware chain and the view run in one go, in one thread."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002
        """Build the chain for synchronous use, whatever the server is."""
        del is_async
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        body = await _body(receive)
        loop = asyncio.get_running_loop()
        # Who is inside sees the deadline and the compartment that were set for it.
        call = copy_context().run
        response = await loop.run_in_executor(
            self._threads, call, self._respond, scope, body
        )
        await self.send_response(response, cast("DjangoSend", send))

    def _respond(self, scope: Scope, body: bytes) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, io.BytesIO(body))
        response = refused if request is None else self.get_response(request)
        assert response is not None  # noqa: S101 - it is one or the other
        # As Django's own does; its stubs do not know of it.
        response._handler_class = self.__class__  # type: ignore[attr-defined] # noqa: SLF001
        try:
            return _whole(response)
        finally:
            response.close()  # tells that the request is over, in its own thread


def _whole(response: HttpResponseBase) -> HttpResponseBase:
    """What would be streamed is read in the thread that has its connection."""
    if not response.streaming:
        return response
    content = b"".join(response)
    whole = HttpResponse(content, status=response.status_code)
    whole.headers, whole.cookies = response.headers, response.cookies
    return whole


async def _body(receive: Receive) -> bytes:
    """All of it: its size was bounded before (ironclad.edge.limits)."""
    parts: list[bytes] = []
    more: Any = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def one_hop_application() -> OneHopHandler:
    django.setup(set_prefix=False)
    return OneHopHandler()

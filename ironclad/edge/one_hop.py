"""Django behind ASGI with one hop to a thread instead of one for each middleware.

Every view and middleware here is synchronous. Django's own ASGI handler runs the middleware
chain as coroutines and sends each synchronous half of each middleware to the request's thread and
back: some twenty hand-overs of the interpreter lock a request, which cost more than the work.
"""

from __future__ import annotations

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneHopHandler(ASGIHandler):
    """The middleware chain and the view run in one go, in the request's own thread."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002
        """Build the chain for synchronous use, whatever the server is."""
        del is_async
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        respond = sync_to_async(BaseHandler.get_response, thread_sensitive=True)
        return await respond(self, request)


def one_hop_application() -> OneHopHandler:
    django.setup(set_prefix=False)
    return OneHopHandler()

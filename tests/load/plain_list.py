"""The list of users as a plain DRF view on Daphne, and nothing else: what the work on it is held
against.

python -m tests.load.plain_list PORT

Frozen as it was before that work, and not to be made better: a ModelSerializer over the ORM's
rows, a count of them all, a thread for each request, a connection that is asked each time whether
it lives, a policy that is put together each time.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ironclad.edge.one_hop import OneHopHandler
from tests.load import bare

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class HandlerOfBefore(ASGIHandler):
    def load_middleware(self, is_async: bool = False) -> None:
        del is_async
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        respond = sync_to_async(BaseHandler.get_response, thread_sensitive=True)
        return await respond(self, request)


def handler(
    *,
    list_: bool = True,
    thread: bool = True,
    round_trip: bool = True,
    policy: bool = True,
) -> ASGIHandler:
    """Django with what is named as it was before, and the rest as it is."""
    import django
    from django.conf import settings

    django.setup(set_prefix=False)
    if policy:
        settings.MIDDLEWARE[1] = "csp.middleware.CSPMiddleware"
    if round_trip:
        from ironclad.database import pool

        pool._FRESH = 0.0
    if list_:
        _put_in_place()
    return HandlerOfBefore() if thread else OneHopHandler()


def _put_in_place() -> None:
    """Under the address that is measured, in the place of what is there now."""

    from api.guarded import GuardedView
    from api.pagination import EnvelopePagination
    from api.permissions import may
    from api.routes import both
    from api.users import urls
    from api.users.models import User
    from api.users.serializers import UserSerializer

    class PlainListView(GuardedView):
        permission_classes = (may("users.read", change="users.change", public=True),)

        def get(self, request: Request) -> Response:
            pages = EnvelopePagination()
            rows = User.objects.order_by("id")
            page: list[Any] = pages.paginate_queryset(rows, request)
            return pages.get_paginated_response(UserSerializer(page, many=True).data)

    urls.urlpatterns[:2] = both("users", PlainListView)


if __name__ == "__main__":
    bare.main(int(sys.argv[1]), handler=handler)

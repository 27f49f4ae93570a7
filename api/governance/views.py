"""What auditors ask: injections with their effect."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.governance.serializers import InjectionSerializer
from api.pagination import EnvelopePagination
from api.permissions import may
from api.view import View
from sre_console.chaos.rows import database_now
from sre_console.governance.injections.injection import KINDS
from sre_console.governance.injections.listing import (
    LONGEST,
    ORDERS,
    asked_read,
    injection_lines,
    line_of,
)
from sre_console.governance.injections.selectors import injection_json, injections_of

_DAY = {"type": "string", "format": "date"}
_TEXTS = {
    name: {"type": "string", "maxLength": most, "pattern": r"^[^\u0000]*$"}
    for name, most in LONGEST.items()
}
_FILTERS = [
    OpenApiParameter("kind", {"type": "string", "enum": list(KINDS)}),
    OpenApiParameter("effect", {"type": "string", "enum": ["felt", "none"]}),
    OpenApiParameter("person", _TEXTS["person"], description="Part of the name."),
    OpenApiParameter(
        "q", _TEXTS["q"], description="Part of the reason, or a game day's title."
    ),
    OpenApiParameter(
        "number", {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
    ),
    OpenApiParameter("from", _DAY, description="The first day (UTC) it touches."),
    OpenApiParameter("to", _DAY, description="The last one."),
    OpenApiParameter(
        "ordering",
        {
            "type": "string",
            "default": "-began",
            "pattern": f"^-?({'|'.join(ORDERS)})$",
        },
    ),
]


class InjectionsView(View):
    permission_classes = (may("audit.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="injections_list",
        summary="Who injected what, when, why, approved by whom, with which effect",
        parameters=_FILTERS,
        responses={200: InjectionSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        now = database_now()
        pages = EnvelopePagination()
        asked = asked_read(request.query_params)
        page = pages.paginate_queryset(injection_lines(asked, now=now), request)
        rows = injections_of([line_of(row) for row in page], now=now)
        return pages.get_paginated_response([injection_json(row) for row in rows])

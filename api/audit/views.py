"""The audit log: its entries, and whether it is as it was written."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.audit.serializers import AuditEntrySerializer, AuditVerificationSerializer
from api.pagination import EnvelopePagination
from api.permissions import may
from api.view import View
from sre_console.audit.asking import LONGEST, search_read
from sre_console.audit.checking import check_json, check_newest
from sre_console.audit.entry import entry_json
from sre_console.audit.searching import KINDS, TEXT_MOST, search

_MOMENT = {"type": "string", "format": "date-time"}


def _text(most: int) -> dict[str, object]:
    return {"type": "string", "maxLength": most, "pattern": r"^[^\u0000]*$"}


_FILTERS = [
    OpenApiParameter(
        "q",
        _text(TEXT_MOST),
        description="Words, or beginnings of words, anywhere in an entry.",
    ),
    OpenApiParameter("kind", {"type": "string", "enum": list(KINDS)}),
    OpenApiParameter(
        "action", _text(LONGEST), description="One, or the beginning up to a full stop."
    ),
    *(
        OpenApiParameter(name, _text(LONGEST))
        for name in ("actor", "subject", "address", "request")
    ),
    OpenApiParameter("from", _MOMENT),
    OpenApiParameter("to", _MOMENT, description="Not included."),
    OpenApiParameter(
        "before",
        {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
        description="Only entries with a lower number: the next page, however far.",
    ),
]


class AuditView(View):
    permission_classes = (may("audit.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="audit_list",
        summary="Entries of the audit log, newest first",
        parameters=_FILTERS,
        responses={200: AuditEntrySerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        asked = search_read(request.query_params)
        page = pages.paginate_queryset(search(asked), request)
        return pages.get_paginated_response([entry_json(entry) for entry in page])


class AuditVerificationView(View):
    permission_classes = (may("audit.read"),)

    @extend_schema(
        operation_id="audit_verification",
        summary="Whether the audit log is as it was written, as of the newest look",
        responses={200: AuditVerificationSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(check_json(check_newest()))

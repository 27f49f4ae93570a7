"""What a game day leaves to be read: its report, and two runs side by side."""

from __future__ import annotations

import json

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.attachment import attachment
from api.game_days.views import ID
from api.permissions import may
from api.view import View
from ironclad.errors import FieldsInvalid
from sre_console.gamedays.report.data import SCHEMA
from sre_console.gamedays.report.exporting import FORMATS, report_of
from sre_console.gamedays.report.report import report_get
from sre_console.gamedays.report.trend import comparison

_LARGEST = 2**31 - 1


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class Rows(serializers.Field):  # type: ignore[type-arg]
    """Only described."""


@extend_schema_field({"type": "object"})
class Whole(serializers.Field):  # type: ignore[type-arg]
    """Likewise."""


# Its fields are those of this schema.
_REPORT = {
    "type": "object",
    "required": ["schema"],
    "properties": {"schema": {"type": "string", "const": SCHEMA}},
}


class ComparedSerializer(serializers.Serializer[object]):
    """A difference is b's minus a's; null: one of them is not known."""

    a = Whole()
    b = Whole()
    same = Whole(help_text="What both began with: scenario, seed, speed, traffic …")
    figures = Rows()
    bySlo = Whole()  # noqa: N815
    countsAgree = serializers.BooleanField(  # noqa: N815
        allow_null=True, help_text="Within 1 %, or one event."
    )
    checks = Rows()


class ReportView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="game_days_report",
        summary="The report of a game day that is over",
        parameters=[
            ID,
            OpenApiParameter(
                "format",
                {"type": "string", "enum": list(FORMATS), "default": "json"},
                description="json is answered in the envelope, the others are files; csv "
                "holds the lines of the record.",
            ),
        ],
        responses={
            (200, "application/json"): _REPORT,
            (200, "text/html"): OpenApiTypes.STR,
            (200, "text/markdown"): OpenApiTypes.STR,
            (200, "text/csv"): OpenApiTypes.STR,
            409: None,
        },
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        asked = request.query_params.get("format", "json")
        kind, name, body = report_of(report_get(id), asked)
        if asked == "json":
            return Response(json.loads(body))
        return attachment(request, kind, name, body)


class CompareView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="game_days_compare",
        summary="Two game days that are over, held against each other",
        parameters=[
            ID,
            OpenApiParameter(
                "with",
                {"type": "integer", "minimum": 1, "maximum": _LARGEST},
                required=True,
                description="The other one.",
            ),
        ],
        responses={200: ComparedSerializer, 409: None},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        other = _number(request.query_params.get("with", ""))
        return Response(comparison(report_get(id), report_get(other)))


def _number(text: str) -> int:
    readable = text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST))
    if not readable or not 1 <= int(text) <= _LARGEST:
        raise FieldsInvalid([("with", "with must be the number of a game day.")])
    return int(text)

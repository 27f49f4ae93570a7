"""Reports over any period."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.permissions import may
from api.reports.serializers import SlaSerializer
from api.view import View
from sre_console.incidents.sla import LONGEST, period_read, sla_json, sla_report

_MOMENT = {"type": "string", "format": "date-time"}


class SlaView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="reports_sla",
        summary="Per SLO: the target, what was achieved, the budget, in both ledgers",
        parameters=[
            OpenApiParameter(
                "from", _MOMENT, description="Without: so long before now."
            ),
            OpenApiParameter(
                "seconds",
                {"type": "integer", "minimum": 1, "maximum": LONGEST},
                description="Wall time. Without: the SLOs' longest window.",
            ),
        ],
        responses={200: SlaSerializer},
    )
    def get(self, request: Request) -> Response:
        begin, end = period_read(request.query_params)
        return Response(sla_json(sla_report(begin, end)))

"""/api/slo."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.permissions import Everybody
from api.slo.serializers import SloReportSerializer
from api.view import View
from sre_console.chaos.concealment import secret_in_force
from sre_console.slo.selectors import slo_report


class SloView(View):
    permission_classes = (Everybody,)

    @extend_schema(
        operation_id="slo_report",
        summary="Every SLO: target, current, budget, burn rates",
        responses={200: SloReportSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(slo_report(apart=not secret_in_force()))

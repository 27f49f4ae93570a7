"""How much the service bears: what it uses now, against what was measured."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.capacity.serializers import CapacitySerializer
from api.permissions import may
from api.view import View
from sre_console.capacity.overview import capacity_overview
from sre_console.capacity.telling import capacity_json


class CapacityView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="capacity_read",
        summary="Requests a second beside the measured knee, saturation, and what to scale",
        responses={200: CapacitySerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(capacity_json(capacity_overview()))

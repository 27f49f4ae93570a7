"""/api/traffic: the built-in traffic."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.fields import only
from api.permissions import may
from api.traffic.serializers import TrafficRateSerializer, TrafficSerializer
from api.view import View
from sre_console.traffic.selectors import traffic_json
from sre_console.traffic.services import rate_set


class TrafficView(View):
    permission_classes = (may("console.read", change="traffic.change"),)

    @extend_schema(
        operation_id="traffic_read",
        summary="What the built-in traffic should send, and what it sent",
        responses={200: TrafficSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(traffic_json())

    @extend_schema(
        operation_id="traffic_set",
        summary="Set the rate of the built-in traffic",
        request=TrafficRateSerializer,
        responses={200: TrafficSerializer},
    )
    def post(self, request: Request) -> Response:
        rate_set(actor=actor(request), rate=only(request, "rate"))
        return Response(traffic_json())

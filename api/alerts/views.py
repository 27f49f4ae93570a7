"""/api/alerts, and /api/alertmanager for Alertmanager's deliveries."""

from __future__ import annotations

import hmac

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.alerts.serializers import AlertsSerializer, DeliverySerializer, TakenSerializer
from api.permissions import Everybody, may
from api.view import View
from ironclad.errors import AuthenticationRequired, NotFound
from sre_console.incidents.alerts import alerts_report
from sre_console.incidents.payload import delivery_read
from sre_console.incidents.receiver import delivery_take


class AlertsView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="alerts_list",
        summary="Every alert rule: its state, what it measures, its threshold",
        responses={200: AlertsSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response({"alerts": alerts_report()})


class AlertmanagerView(View):
    """Has a token of its own, and is not there without one."""

    permission_classes = (Everybody,)
    authentication_classes = ()

    @extend_schema(
        operation_id="alertmanager_receive",
        summary="Take a delivery of Alertmanager: its alerts open and clear incidents",
        request=DeliverySerializer,
        responses={200: TakenSerializer, 401: None, 404: None},
    )
    def post(self, request: Request) -> Response:
        if not settings.ALERTMANAGER_TOKEN:
            raise NotFound
        sent = request.META.get("HTTP_AUTHORIZATION", "")
        wanted = f"Bearer {settings.ALERTMANAGER_TOKEN}"
        if not hmac.compare_digest(sent.encode(), wanted.encode()):
            error = AuthenticationRequired()
            error.auth_header = "Bearer"  # type: ignore[attr-defined]
            raise error
        delivery = delivery_read(request.data)
        news = delivery_take(delivery)
        return Response({"alerts": len(delivery.alerts), "news": news})

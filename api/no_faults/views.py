"""/api/no-faults: the lever that forbids every fault."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.game_days.serializers import StopReasonSerializer
from api.no_faults.serializers import NoFaultsSerializer, PullSerializer
from api.permissions import may
from api.view import View
from sre_console.chaos.no_faults import (
    no_faults_json,
    no_faults_read,
    no_faults_release,
    reason_needed,
)
from sre_console.gamedays.running.asked import reason_asked
from sre_console.live.lever import no_faults_pull


class NoFaultsView(View):
    """Pulling it is in a hurry: no limit counts it."""

    permission_classes = (may("console.read", change="no_faults.pull"),)
    limited = False

    @extend_schema(
        operation_id="no_faults_read",
        summary="Whether every fault is forbidden, by whom and why",
        responses={200: NoFaultsSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(no_faults_json(no_faults_read()))

    @extend_schema(
        operation_id="no_faults_pull",
        summary="End every fault and game day, and forbid new ones",
        request=PullSerializer,
        responses={200: NoFaultsSerializer, 409: None},
    )
    def post(self, request: Request) -> Response:
        reason = reason_needed(request.data)
        row = no_faults_pull(actor=actor(request), reason=reason)
        return Response(no_faults_json(row))


class ReleaseView(View):
    permission_classes = (may("console.read", change="no_faults.release"),)

    @extend_schema(
        operation_id="no_faults_release",
        summary="Allow faults again; it starts none",
        request=StopReasonSerializer,
        responses={200: NoFaultsSerializer, 409: None},
    )
    def post(self, request: Request) -> Response:
        reason = reason_asked(request.data)
        row = no_faults_release(actor=actor(request), reason=reason)
        return Response(no_faults_json(row))

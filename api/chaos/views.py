"""/api/chaos: the fault plan."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import cast

import structlog
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.chaos.serializers import (
    AskedPlanSerializer,
    ConfirmSerializer,
    MillisecondsSerializer,
    PlanSerializer,
    RateSerializer,
    SecondsSerializer,
    StoppedPlanSerializer,
)
from api.fields import CONFIRM, confirmation, only
from api.permissions import may
from api.preconditions import expected_version, version_etag
from api.schema_parts import ETAG, conditional
from api.view import View
from ironclad.errors import IroncladError
from sre_console.chaos.asked import TTL_DEFAULT, reason_taken
from sre_console.chaos.plan import FaultSpec, Plan, number_in_path
from sre_console.chaos.selectors import PlanStatus, plan_json, plan_status
from sre_console.chaos.services import (
    plan_enable,
    plan_extend,
    plan_set,
    plan_set_errors,
    plan_set_latency,
)
from sre_console.live.stop import stop_all_sync

logger = structlog.get_logger(__name__)

_CHANGE = [ETAG, *conditional("If-Match")]
# 409: a game day holds the faults, too little of an error budget is left, every fault is
# forbidden, or it touches so much that `confirm` is asked for
_CHANGED = {200: PlanSerializer, 409: None, 412: None}
# A stop is refused for nothing that is sent with it.
_ANYTHING = {
    "application/json": {
        "description": "`reason`: why; at most 500 characters are kept.",
        "example": {"reason": "the checkout fails"},
    }
}
RATE = OpenApiParameter(
    "rate",
    {"type": "string", "pattern": r"^(0(\.[0-9]{1,12})?|1(\.0{1,12})?)$"},
    OpenApiParameter.PATH,
    description="A ratio from 0 to 1.",
)
MS = OpenApiParameter(
    "ms",
    {"type": "string", "pattern": "^([0-9]{1,4}|10000)$"},
    OpenApiParameter.PATH,
    description="Milliseconds, up to 10000.",
)


class PlanView(View):
    """What every address of the plan shares."""

    permission_classes = (may("console.read", change="faults.change"),)

    def answer(self) -> Response:
        status = plan_status()
        etag = version_etag(status.plan.version)
        return Response(plan_json(status), headers={"ETag": etag})


class StatusView(PlanView):
    @extend_schema(
        operation_id="chaos_status",
        summary="The fault plan and what it has injected so far",
        parameters=[ETAG],
        responses={200: PlanSerializer},
    )
    def get(self, request: Request) -> Response:
        return self.answer()


class ChaosView(PlanView):
    @extend_schema(
        operation_id="chaos_read",
        summary="The fault plan and what it has injected so far",
        parameters=[ETAG],
        responses={200: PlanSerializer},
    )
    def get(self, request: Request) -> Response:
        return self.answer()

    @extend_schema(
        operation_id="chaos_set",
        summary="Set the whole plan at once",
        request=AskedPlanSerializer,
        parameters=_CHANGE,
        responses=_CHANGED,
    )
    def post(self, request: Request) -> Response:
        plan_set(
            actor=actor(request),
            asked=request.data,
            expected_version=expected_version(request),
        )
        return self.answer()


class ErrorsView(PlanView):
    @extend_schema(
        operation_id="chaos_errors",
        summary="Set the error rate and enable",
        request=RateSerializer,
        parameters=_CHANGE,
        responses=_CHANGED,
    )
    def post(self, request: Request) -> Response:
        return self.set_rate(request, only(request, "rate", beside=CONFIRM))

    def set_rate(self, request: Request, rate: object) -> Response:
        plan_set_errors(
            actor=actor(request),
            rate=rate,
            expected_version=expected_version(request),
            confirm=confirmation(request),
        )
        return self.answer()


class ErrorsPathView(ErrorsView):
    @extend_schema(
        operation_id="chaos_errors_path",
        summary="Set the error rate and enable",
        request=ConfirmSerializer,
        parameters=[RATE, *_CHANGE],
        responses=_CHANGED,
    )
    def post(self, request: Request, rate: str) -> Response:  # type: ignore[override]
        confirmation(request, alone=True)
        return self.set_rate(request, number_in_path(rate))


class LatencyView(PlanView):
    @extend_schema(
        operation_id="chaos_latency",
        summary="Set the added latency and enable",
        request=MillisecondsSerializer,
        parameters=_CHANGE,
        responses=_CHANGED,
    )
    def post(self, request: Request) -> Response:
        return self.set_ms(request, only(request, "ms", beside=CONFIRM))

    def set_ms(self, request: Request, ms: object) -> Response:
        plan_set_latency(
            actor=actor(request),
            ms=ms,
            expected_version=expected_version(request),
            confirm=confirmation(request),
        )
        return self.answer()


class LatencyPathView(LatencyView):
    @extend_schema(
        operation_id="chaos_latency_path",
        summary="Set the added latency and enable",
        request=ConfirmSerializer,
        parameters=[MS, *_CHANGE],
        responses=_CHANGED,
    )
    def post(self, request: Request, ms: str) -> Response:  # type: ignore[override]
        confirmation(request, alone=True)
        return self.set_ms(request, number_in_path(ms))


class EnableView(PlanView):
    @extend_schema(
        operation_id="chaos_enable",
        summary="Switch on what the plan holds",
        request=ConfirmSerializer,
        parameters=_CHANGE,
        responses=_CHANGED,
    )
    def post(self, request: Request) -> Response:
        plan_enable(
            actor=actor(request),
            expected_version=expected_version(request),
            confirm=confirmation(request, alone=True),
        )
        return self.answer()


class ExtendView(PlanView):
    @extend_schema(
        operation_id="chaos_extend",
        summary="Give the plan in force more time",
        request=SecondsSerializer,
        parameters=_CHANGE,
        responses=_CHANGED,
    )
    def post(self, request: Request) -> Response:
        seconds = only(request, "seconds", 60)
        if isinstance(seconds, float) and seconds.is_integer():
            seconds = int(seconds)  # JSON has one kind of number
        plan_extend(
            actor=actor(request),
            seconds=seconds,
            expected_version=expected_version(request),
        )
        return self.answer()


class DisableView(View):
    """An end to every fault. Nothing may be in its way.

    So no limit counts it, `If-Match` is not asked, and a body that cannot be read is no body;
    the database may be gone.
    """

    permission_classes = (may("console.read", change="faults.stop"),)
    limited = False

    @extend_schema(
        operation_id="chaos_disable",
        summary="End and clear every fault, and end the game days",
        request=_ANYTHING,
        responses={200: StoppedPlanSerializer},
    )
    def post(self, request: Request) -> Response:
        stopped = stop_all_sync(actor(request), _reason(request))
        return Response({**_after(stopped), "stopped": stopped})


def _reason(request: Request) -> str:
    try:
        return reason_taken(request.data)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the stop goes on
        logger.info("stop_without_reason", error=str(error))
        return ""


def _after(stopped: Mapping[str, object]) -> dict[str, object]:
    """The plan as it is now; with the database away, as this replica ended it."""
    if stopped["stored"]:
        with suppress(IroncladError):
            return plan_json(plan_status())
    nothing = Plan(
        version=cast("int | None", stopped["version"]) or 0,
        enabled=False,
        spec=FaultSpec(),
        ttl_seconds=TTL_DEFAULT,
        started_at=None,
        expires_at=None,
        started_by="",
        reason="",
    )
    return plan_json(PlanStatus(nothing, 0.0, 0, 0, 0, 0, 0, 0, 0))

"""/api/resilience: breakers, bulkheads, retries, and the patterns' switch."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.permissions import may
from api.preconditions import expected_version, version_etag
from api.resilience.serializers import (
    AskedPatternsSerializer,
    ComparisonSerializer,
    IntervalsSerializer,
    OrderSerializer,
    PatternsSerializer,
    ResilienceSerializer,
)
from api.schema_parts import ETAG, conditional
from api.view import View
from ironclad.errors import DatabaseUnavailable, DeadlineExceeded, FieldsInvalid
from sre_console.chaos.asked import Asked
from sre_console.live.own import resilience_own
from sre_console.live.runtime import runtime
from sre_console.resilience.comparison import LONGEST, comparison, span_read
from sre_console.resilience.intervals import intervals_json
from sre_console.resilience.orders import Action, order_give
from sre_console.resilience.selectors import resilience_report
from sre_console.resilience.services import switch_set

_NAME = OpenApiParameter(
    "name",
    {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,63}$"},
    OpenApiParameter.PATH,
    description="The breaker's name, such as database.",
)
_SPAN = (
    ("From", {"type": "string", "format": "date-time"}, "Where the interval begins."),
    ("Seconds", {"type": "integer", "minimum": 1, "maximum": LONGEST}, "Its length."),
)


def _report() -> dict[str, object]:
    """What the fleet says; where the database is away, what this replica says of itself.

    Also where it has just come back and no replica has told of itself yet.
    """
    try:
        report = resilience_report()
    except (DatabaseUnavailable, DeadlineExceeded):
        return resilience_own(runtime())
    return report if report["replicas"] else resilience_own(runtime())


class ResilienceView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="resilience_read",
        summary="Breakers, bulkheads, pools, retries and patterns of every replica",
        responses={200: ResilienceSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(_report())


class PatternsView(View):
    permission_classes = (may("console.read", change="patterns.change"),)

    @extend_schema(
        operation_id="resilience_patterns_read",
        summary="Which patterns are in force, and which an operator has switched off",
        parameters=[ETAG],
        responses={200: PatternsSerializer},
    )
    def get(self, request: Request) -> Response:
        return self._answer()

    @extend_schema(
        operation_id="resilience_patterns_set",
        summary="Switch patterns off for a while; every other is on",
        request=AskedPatternsSerializer,
        parameters=[ETAG, *conditional("If-Match")],
        responses={200: PatternsSerializer, 412: None},
    )
    def post(self, request: Request) -> Response:
        switch_set(
            actor=actor(request),
            asked=request.data,
            expected_version=expected_version(request),
        )
        return self._answer()

    def _answer(self) -> Response:
        patterns = resilience_report()["patterns"]
        assert isinstance(patterns, dict)  # noqa: S101 - for mypy
        etag = version_etag(patterns["version"])
        return Response(patterns, headers={"ETag": etag})


class OrderView(View):
    """An order is carried out by each replica that it is for, within a second.

    The answer, 202, says how the breakers stood when it was given.
    """

    permission_classes = (may("console.read", change="patterns.change"),)

    def give(self, request: Request, name: str, action: Action) -> Response:
        asked = Asked(request.data)
        reason = asked.reason()
        asked.refuse_unknown({"replica", "reason"})
        asked.refuse()
        order_give(
            actor=actor(request),
            breaker=name,
            action=action,
            replica=asked.asked.get("replica"),
            reason=reason,
        )
        return Response(_report(), status=202)


class TripView(OrderView):
    @extend_schema(
        operation_id="resilience_breaker_trip",
        summary="Open a circuit breaker by hand, for as long as failures would",
        request=OrderSerializer,
        parameters=[_NAME],
        responses={202: ResilienceSerializer, 404: None},
    )
    def post(self, request: Request, name: str) -> Response:
        return self.give(request, name, "trip")


class ResetView(OrderView):
    @extend_schema(
        operation_id="resilience_breaker_reset",
        summary="Close a circuit breaker by hand and forget its failures",
        request=OrderSerializer,
        parameters=[_NAME],
        responses={202: ResilienceSerializer, 404: None},
    )
    def post(self, request: Request, name: str) -> Response:
        return self.give(request, name, "reset")


class IntervalsView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="resilience_intervals",
        summary="The times at which one fault and one set of patterns were in force",
        responses={200: IntervalsSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response({"intervals": intervals_json()})


class ComparisonView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="resilience_comparison",
        summary="Two recorded intervals side by side",
        parameters=[
            OpenApiParameter(f"{side}{name}", schema, required=True, description=told)
            for side in ("a", "b")
            for name, schema, told in _SPAN
        ],
        responses={200: ComparisonSerializer},
    )
    def get(self, request: Request) -> Response:
        problems: list[tuple[str | None, str]] = []
        read = []
        for side in ("a", "b"):
            began = request.query_params.get(f"{side}From", "")
            seconds = request.query_params.get(f"{side}Seconds", "")
            try:
                read.append(span_read(began, seconds, field=side))
            except FieldsInvalid as error:
                problems += error.problems
        if problems:
            raise FieldsInvalid(problems)
        return Response(comparison(*read))

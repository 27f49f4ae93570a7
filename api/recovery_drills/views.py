"""/api/recovery/drills: disasters that are practised, measured and judged."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.attachment import attachment
from api.caller import actor
from api.game_days.views import ID
from api.pagination import EnvelopePagination
from api.permissions import may
from api.recovery_drills.serializers import (
    BoardSerializer,
    DisasterAbandonSerializer,
    DisasterDrillSerializer,
    DisasterFinishSerializer,
    DisasterStartSerializer,
    DisasterStepSerializer,
    LessonsSerializer,
    WholeDisasterDrillSerializer,
)
from api.schema_parts import LOCATION
from api.view import View
from sre_console.chaos.rows import database_now
from sre_console.gamedays.disaster.markdown import report_file
from sre_console.recovery.drills.listing import FILTERS, drills_asked
from sre_console.recovery.drills.report import drill_over
from sre_console.recovery.drills.selectors import drill_get
from sre_console.recovery.drills.services import (
    drill_abandon,
    drill_finish,
    drill_start,
    lessons_write,
)
from sre_console.recovery.drills.stepping import step_change
from sre_console.recovery.drills.telling import board_json, drill_json, drill_whole_json

_FILTERS = [
    OpenApiParameter(name, {"type": "string", "enum": list(values)})
    for name, values in FILTERS.items()
]
_STEP = OpenApiParameter(
    "name",
    {"type": "string", "pattern": "^[a-z]{1,30}$"},
    OpenApiParameter.PATH,
    description="The key of a step.",
)
_CHANGE = may("console.read", change="disaster_drills.run")


class DrillsView(View):
    permission_classes = (_CHANGE,)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="disaster_drills_list",
        summary="List disaster drills, newest first",
        parameters=_FILTERS,
        responses={200: DisasterDrillSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(drills_asked(request.query_params), request)
        return pages.get_paginated_response([drill_json(row) for row in page])

    @extend_schema(
        operation_id="disaster_drills_start",
        summary="Start one; its timer waits for the step that marks the disaster",
        request=DisasterStartSerializer,
        parameters=[LOCATION],
        responses={201: WholeDisasterDrillSerializer, 409: None},
    )
    def post(self, request: Request) -> Response:
        row = drill_start(actor=actor(request), asked=request.data)
        where = {"Location": f"/api/recovery/drills/{row.pk}"}
        return Response(drill_whole_json(row), status=201, headers=where)


class BoardView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="disaster_drills_scenarios",
        summary="The scenarios: the last run of each, and when it is due",
        responses={200: BoardSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(board_json(database_now()))


class DrillView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="disaster_drills_read",
        summary="A disaster drill: its steps, its timer and what was achieved",
        parameters=[ID],
        responses={200: WholeDisasterDrillSerializer},
    )
    def get(self, request: Request, id: int) -> Response:
        return Response(drill_whole_json(drill_get(id)))


class StepView(View):
    permission_classes = (_CHANGE,)

    @extend_schema(
        operation_id="disaster_drills_step",
        summary="Tick a step, or take the tick away; what it is already changes nothing",
        request=DisasterStepSerializer,
        parameters=[ID, _STEP],
        responses={200: WholeDisasterDrillSerializer, 409: None},
    )
    def post(self, request: Request, id: int, name: str) -> Response:
        step_change(actor=actor(request), number=id, key=name, asked=request.data)
        return Response(drill_whole_json(drill_get(id)))


class FinishView(View):
    permission_classes = (_CHANGE,)

    @extend_schema(
        operation_id="disaster_drills_finish",
        summary="End it with its verdict",
        request=DisasterFinishSerializer,
        parameters=[ID],
        responses={200: WholeDisasterDrillSerializer, 409: None},
    )
    def post(self, request: Request, id: int) -> Response:
        row, _ = drill_finish(actor=actor(request), number=id, asked=request.data)
        return Response(drill_whole_json(row))


class AbandonView(View):
    permission_classes = (_CHANGE,)

    @extend_schema(
        operation_id="disaster_drills_abandon",
        summary="End it without a verdict",
        request=DisasterAbandonSerializer,
        parameters=[ID],
        responses={200: WholeDisasterDrillSerializer, 409: None},
    )
    def post(self, request: Request, id: int) -> Response:
        row = drill_abandon(actor=actor(request), number=id, asked=request.data)
        return Response(drill_whole_json(row))


class LessonsView(View):
    permission_classes = (_CHANGE,)

    @extend_schema(
        operation_id="disaster_drills_lessons",
        summary="Write down what was learned, at any time",
        request=LessonsSerializer,
        parameters=[ID],
        responses={200: WholeDisasterDrillSerializer},
    )
    def post(self, request: Request, id: int) -> Response:
        row = lessons_write(actor=actor(request), number=id, asked=request.data)
        return Response(drill_whole_json(row))


class ReportView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="disaster_drills_report",
        summary="The report of one that is over, as a file",
        parameters=[ID],
        responses={(200, "text/markdown"): OpenApiTypes.STR, 409: None},
    )
    def get(self, request: Request, id: int) -> Response:
        name, body = report_file(drill_over(drill_get(id)))
        return attachment(request, "text/markdown; charset=utf-8", name, body)

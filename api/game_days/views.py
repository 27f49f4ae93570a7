"""/api/game-days: runs of scenarios, from their start to their record."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.game_days.serializers import (
    AskedGameDaySerializer,
    BlockSerializer,
    EmptySerializer,
    GameDaySerializer,
    RunEventSerializer,
    StopReasonSerializer,
    WholeGameDaySerializer,
)
from api.game_days.telling import event_told, run_told, tag, whole
from api.pagination import EnvelopePagination
from api.permissions import may
from api.preconditions import unchanged
from api.scenarios.serializers import VERDICTS, OutlookSerializer
from api.scenarios.views import named
from api.schema_parts import ETAG, LOCATION, conditional
from api.view import View
from sre_console.gamedays.running.asked import nothing_asked, reason_asked, start_asked
from sre_console.gamedays.running.block import block_json, block_read, block_release
from sre_console.gamedays.running.services import (
    game_day_approve,
    game_day_attend,
    game_day_find,
    game_day_start,
)
from sre_console.gamedays.running.stopping import game_day_stop
from sre_console.gamedays.scenarios.shelving import scenario_runnable
from sre_console.gamedays.telling.listing import ORDERS, game_day_list
from sre_console.gamedays.telling.outlook import outlook_json, outlook_of
from sre_console.gamedays.telling.telling import game_day_brief
from sre_console.models import GameDayEvent
from sre_console.models.gamedays import STATES

ID = OpenApiParameter(
    "id", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, OpenApiParameter.PATH
)
_FILTERS = [
    OpenApiParameter(
        "scenario", {"type": "string", "maxLength": 63, "pattern": r"^[^\u0000]*$"}
    ),
    OpenApiParameter("state", {"type": "string", "enum": list(STATES)}),
    OpenApiParameter("verdict", {"type": "string", "enum": list(VERDICTS)}),
    OpenApiParameter(
        "ordering",
        {"type": "string", "default": "-createdAt", "pattern": f"^-?({'|'.join(ORDERS)})$"},
        description="A field; - before it turns it round.",
    ),
]  # fmt: skip


class GameDaysView(View):
    permission_classes = (may("console.read", change="game_days.start"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="game_days_list",
        summary="List game days, newest first unless ordered otherwise",
        parameters=_FILTERS,
        responses={200: GameDaySerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(game_day_list(request.query_params), request)
        return pages.get_paginated_response([game_day_brief(row) for row in page])

    @extend_schema(
        operation_id="game_days_start",
        summary="Start a run of a scenario, or tell what it would do",
        request=AskedGameDaySerializer,
        parameters=[ETAG, LOCATION],
        responses={
            200: OutlookSerializer, 201: WholeGameDaySerializer, 404: None, 409: None,
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        asked, by = start_asked(request.data), actor(request)
        shelved = named(asked.scenario)
        if asked.dry:
            found = scenario_runnable(shelved)
            told = outlook_of(found, actor=by, speed=asked.speed, seed=asked.seed)
            return Response(outlook_json(told))
        row = game_day_start(
            actor=by,
            scenario=asked.scenario,
            seed=asked.seed,
            speed=asked.speed,
            unattended=asked.unattended,
            reason=asked.reason,
            confirm=asked.confirm,
        )
        return whole(row.pk, 201)


class GameDayView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="game_days_read",
        summary="A game day: its steps, checks, forecast and outcome",
        parameters=[ID, ETAG, *conditional("If-None-Match")],
        responses={200: WholeGameDaySerializer, 304: None},
    )
    def get(self, request: Request, id: int) -> Response:
        told = run_told(game_day_find(id))
        etag = tag(told)
        if unchanged(request, etag):
            return Response(status=304, headers={"ETag": etag})
        return Response(told, headers={"ETag": etag})


class StopView(View):
    """Nothing but its own rules may be in its way: no limit counts it."""

    permission_classes = (may("console.read", change="game_days.stop"),)
    limited = False

    @extend_schema(
        operation_id="game_days_stop",
        summary="End it and its faults; its rollbacks still run",
        request=StopReasonSerializer,
        parameters=[ID, ETAG],
        responses={200: WholeGameDaySerializer, 409: None},
    )
    def post(self, request: Request, id: int) -> Response:
        reason = reason_asked(request.data)
        game_day_stop(actor=actor(request), number=id, reason=reason)
        return whole(id)


class ApproveView(View):
    permission_classes = (may("console.read", change="game_days.approve"),)

    @extend_schema(
        operation_id="game_days_approve",
        summary="Let a run begin that waits for an approval; not your own",
        request=EmptySerializer,
        parameters=[ID, ETAG],
        responses={200: WholeGameDaySerializer, 409: None},
    )
    def post(self, request: Request, id: int) -> Response:
        nothing_asked(request.data)
        game_day_approve(actor=actor(request), number=id)
        return whole(id)


class AttendView(View):
    permission_classes = (may("console.read", change="game_days.start"),)

    @extend_schema(
        operation_id="game_days_attend",
        summary="Somebody watches it; what is attended ends without its starter's",
        request=EmptySerializer,
        parameters=[ID, ETAG],
        responses={200: WholeGameDaySerializer},
    )
    def post(self, request: Request, id: int) -> Response:
        nothing_asked(request.data)
        game_day_attend(actor=actor(request), number=id)
        return whole(id)


class EventsView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="game_days_events",
        summary="The lines of its record, in the order they happened",
        parameters=[ID],
        responses={200: RunEventSerializer(many=True)},
    )
    def get(self, request: Request, id: int) -> Response:
        run = game_day_find(id)
        lines: QuerySet[GameDayEvent] = run.events.order_by("at", "id")
        pages = EnvelopePagination()
        page = pages.paginate_queryset(lines, request)
        return pages.get_paginated_response([event_told(row, run) for row in page])


class BlockView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="game_days_block",
        summary="Whether STOP ALL keeps new game days from starting",
        responses={200: BlockSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(block_json(block_read()))


class ReleaseView(View):
    permission_classes = (may("console.read", change="game_days.release"),)

    @extend_schema(
        operation_id="game_days_release",
        summary="Let game days start again",
        request=StopReasonSerializer,
        responses={200: BlockSerializer, 409: None},
    )
    def post(self, request: Request) -> Response:
        reason = reason_asked(request.data)
        return Response(block_json(block_release(actor=actor(request), reason=reason)))

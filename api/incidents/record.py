"""What belongs to the record of an incident: its charts, its lines, the steps that were done."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.incidents.serializers import TimelineSerializer, WholeIncidentSerializer
from api.incidents.views import ID, whole_incident
from api.pagination import EnvelopePagination
from api.permissions import may
from api.schema_parts import ETAG
from api.view import View
from sre_console.incidents.checklist import step_tick
from sre_console.incidents.figures import figures_read
from sre_console.incidents.selectors import (
    event_json,
    incident_bare,
    timeline_list,
)

_COLUMN = {"type": "array", "items": {"type": ["number", "null"]}}
_MARKS = {"type": "array", "items": {"type": "object"}}


@extend_schema_field(_COLUMN)
class Column(serializers.Field):  # type: ignore[type-arg]
    """Only described: a value for each moment of `t`, null where there was none."""


@extend_schema_field(_MARKS)
class Marks(serializers.Field):  # type: ignore[type-arg]
    """Likewise: each with `from` and `to`, or `at`, in seconds since 1970."""


@extend_schema_field(
    {"type": "object", "additionalProperties": _COLUMN, "description": "By window."}
)
class Burns(serializers.Field):  # type: ignore[type-arg]
    """Likewise: burn rates of availability."""


FiguresSerializer = type(
    "FiguresSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "Charts by column; times in seconds since 1970. Empty: forgotten.",
        "from": serializers.IntegerField(),
        "to": serializers.IntegerField(),
        "step": serializers.IntegerField(
            min_value=1, help_text="Seconds between two points."
        ),
        "t": Column(),
        "n": Column(help_text="Requests a second."),
        "err": Column(help_text="Ratio of answers with 5xx."),
        "p50": Column(help_text="Seconds."),
        "p95": Column(),
        "p99": Column(),
        "burn": Burns(),
        "seeded": Column(help_text="1: made-up history is in it."),
        "bands": Marks(help_text="Faults."),
        "breaches": Marks(help_text="Firings of its alerts."),
        "transitions": Marks(help_text="Of circuit breakers."),
        "patternPeriods": Marks(help_text="Patterns that were off."),
    },
)


@extend_schema_field(
    {
        "type": "string",
        "maxLength": 64,
        "pattern": r"^[^\u0000-\u001f\u007f]*[!-~][^\u0000-\u001f\u007f]*$",
    }
)
class Id(serializers.Field):  # type: ignore[type-arg]
    """Only described: one line, and not empty."""


class TickSerializer(serializers.Serializer[object]):
    runbook = Id()
    step = Id(help_text="Its id in the checklist.")
    done = serializers.BooleanField(default=True)


class FiguresView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="incidents_figures",
        summary="The charts of an incident, from before it began until after it was over",
        parameters=[ID],
        responses={200: FiguresSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002, ARG002
        return Response(figures_read(incident_bare(id)))


class TimelineView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="incidents_timeline",
        summary="The lines of an incident's timeline, without the faults; newest first",
        parameters=[ID],
        responses={200: TimelineSerializer(many=True)},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        pages = EnvelopePagination()
        page = pages.paginate_queryset(timeline_list(id), request)
        return pages.get_paginated_response([event_json(row) for row in page])


class ChecklistView(View):
    permission_classes = (may("console.read", change="incidents.change"),)

    @extend_schema(
        operation_id="incidents_tick",
        summary="Tick a step of its runbooks, or take the tick away",
        request=TickSerializer,
        parameters=[ID, ETAG],
        responses={200: WholeIncidentSerializer, 409: None},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        step_tick(actor=actor(request), incident_id=id, asked=request.data)
        return whole_incident(id)

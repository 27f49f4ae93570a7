"""The change calendar, and the deployments on it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.attachment import attachment
from api.caller import actor
from api.governance.serializers import (
    AskedDeploymentSerializer,
    ChangeSerializer,
    DeploymentSerializer,
)
from api.pagination import EnvelopePagination
from api.permissions import may
from api.view import View
from sre_console.chaos.rows import database_now
from sre_console.governance.calendar.event import KINDS, VIEWS, asked_read
from sre_console.governance.calendar.ics import calendar
from sre_console.governance.calendar.selectors import Changes, changes
from sre_console.governance.deployments import (
    deployment_json,
    deployment_list,
    deployment_record,
)

_FILTERS = [
    OpenApiParameter(
        "view", {"type": "string", "enum": list(VIEWS), "default": "week"}
    ),
    OpenApiParameter(
        "day", {"type": "string", "format": "date"}, description="In UTC; today without."
    ),
    OpenApiParameter("kind", {"type": "string", "enum": list(KINDS)}),
    OpenApiParameter(
        "q", {"type": "string", "maxLength": 255, "pattern": r"^[^\u0000]*$"}
    ),
]  # fmt: skip


def _found(request: Request) -> Changes:
    now = database_now()
    asked = asked_read(request.query_params, today=now.date())
    return changes(asked, now=now)


class ChangesView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="changes_list",
        summary="Deployments, faults, game days, incidents and silences of a day, week or month",
        parameters=_FILTERS,
        responses={200: ChangeSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        events = pages.paginate_list(_found(request).events, request)
        return pages.get_paginated_response([event.json() for event in events])


class CalendarView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="changes_calendar",
        summary="The same as an iCalendar file",
        parameters=_FILTERS,
        responses={(200, "text/calendar"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> Response:
        found = _found(request)
        host = urlsplit(settings.CONSOLE_URL).hostname or "ironclad"
        base = settings.CONSOLE_URL.rstrip("/")
        text = calendar(found.events, now=found.now, host=host, base=base)
        return attachment(
            request, "text/calendar; charset=utf-8", "ironclad-changes.ics", text.encode()
        )  # fmt: skip


class DeploymentsView(View):
    permission_classes = (may("console.read", change="deployments.record"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="deployments_list",
        summary="Versions that served, and those that pipelines told of; newest first",
        responses={200: DeploymentSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(deployment_list(), request)
        return pages.get_paginated_response([deployment_json(row) for row in page])

    @extend_schema(
        operation_id="deployments_record",
        summary="Tell of a deployment: for pipelines",
        request=AskedDeploymentSerializer,
        responses={201: DeploymentSerializer},
    )
    def post(self, request: Request) -> Response:
        row = deployment_record(actor=actor(request), asked=request.data)
        return Response(deployment_json(row), status=201)

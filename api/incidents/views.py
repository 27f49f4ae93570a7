"""Incidents, silences: reading them, and what people do with them."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.incidents.serializers import (
    ActionItemSerializer,
    ActionSerializer,
    AskedActionSerializer,
    AskedSilenceSerializer,
    AssignmentSerializer,
    CommentSerializer,
    IncidentSerializer,
    NotificationSerializer,
    PostMortemSerializer,
    ResolveSerializer,
    SectionsSerializer,
    SilenceSerializer,
    WholeIncidentSerializer,
)
from api.pagination import EnvelopePagination
from api.permissions import may
from api.preconditions import expected_version, version_etag
from api.schema_parts import ETAG, LOCATION, conditional
from api.view import View
from sre_console.chaos.rows import database_now
from sre_console.gamedays.outcome.links import game_day_of
from sre_console.incidents.lifecycle import Action
from sre_console.incidents.listing import LONGEST, ORDERS, incident_list
from sre_console.incidents.outbox import notification_retry
from sre_console.incidents.post_mortems import (
    action_add,
    action_json,
    action_settle,
    sheet_get,
    sheet_json,
    sheet_write,
)
from sre_console.incidents.selectors import (
    TOLD_FILTERS,
    incident_get,
    incident_json,
    incident_whole_json,
    notification_json,
    notification_list,
)
from sre_console.incidents.services import (
    incident_act,
    incident_assign,
    incident_comment,
)
from sre_console.incidents.severity import SEVERITIES
from sre_console.incidents.silences import (
    silence_create,
    silence_end,
    silence_json,
    silence_list,
)

ID = OpenApiParameter(
    "id", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, OpenApiParameter.PATH
)
_STATES = ["open", "acknowledged", "mitigated", "resolved", "unresolved"]
_TEXTS = {
    name: {"type": "string", "maxLength": most, "pattern": r"^[^\u0000]*$"}
    for name, most in LONGEST.items()
}
_NUMBER = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
_DAY = {"type": "string", "format": "date"}
_TERM = f"-?({'|'.join(ORDERS)})"
_ORDERING = {
    "type": "string",
    "default": "-openedAt",
    "pattern": f"^{_TERM}(,{_TERM})*$",
}
_FILTERS = [
    OpenApiParameter("state", {"type": "string", "enum": _STATES}),
    OpenApiParameter("severity", {"type": "string", "enum": list(SEVERITIES)}),
    OpenApiParameter("exercise", {"type": "string", "enum": ["true", "false"]}),
    OpenApiParameter("service", _TEXTS["service"]),
    OpenApiParameter(
        "q", _TEXTS["q"], description="Part of the title or of an alert's name."
    ),
    OpenApiParameter("from", _DAY, description="The first day (UTC) it may open in."),
    OpenApiParameter("to", _DAY, description="The last one."),
    OpenApiParameter(
        "ordering",
        _ORDERING,
        description="Fields, separated by commas; - before one turns it round. States "
        "go from open to resolved, severities from warning to page.",
    ),
]


def whole_incident(number: int, status: int = 200) -> Response:
    row = incident_get(number)
    headers = {"ETag": version_etag(row.version)}
    run = game_day_of(row)
    told = {**incident_whole_json(row), "gameDay": None if run is None else run.pk}
    return Response(told, status=status, headers=headers)


class IncidentsView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="incidents_list",
        summary="List incidents, newest first unless ordered otherwise",
        parameters=_FILTERS,
        responses={200: IncidentSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(incident_list(request.query_params), request)
        return pages.get_paginated_response([incident_json(row) for row in page])


class IncidentView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="incidents_read",
        summary="An incident with its alerts, timeline and notifications",
        parameters=[ID, ETAG],
        responses={200: WholeIncidentSerializer},
    )
    def get(self, request: Request, id: int) -> Response:
        return whole_incident(id)


class ActView(View):
    permission_classes = (may("console.read", change="incidents.change"),)
    action: ClassVar[Action]

    def act(self, request: Request, number: int) -> Response:
        incident_act(
            actor=actor(request),
            incident_id=number,
            action=self.action,
            asked=request.data,
            expected_version=expected_version(request),
        )
        return whole_incident(number)


def _act(name: Action, summary: str) -> type[View]:
    """The view of one action; all of them are alike."""

    class OneActView(ActView):
        action = name

        @extend_schema(
            operation_id=f"incidents_{name}",
            summary=summary,
            request=ResolveSerializer if name == "resolve" else ActionSerializer,
            parameters=[ID, ETAG, *conditional("If-Match")],
            responses={200: WholeIncidentSerializer, 409: None, 412: None},
        )
        def post(self, request: Request, id: int) -> Response:
            return self.act(request, id)

    OneActView.__name__ = f"{name.title()}View"
    return OneActView


AcknowledgeView = _act("acknowledge", "Take an incident: somebody is at it")
MitigateView = _act(
    "mitigate", "Say that the harm has ended, though the cause may be there"
)
ResolveView = _act(
    "resolve", "End an incident; while one of its alerts fires, only with clear"
)
ReopenView = _act("reopen", "Open an incident again that was resolved too early")


class CommentView(View):
    permission_classes = (may("console.read", change="incidents.change"),)

    @extend_schema(
        operation_id="incidents_comment",
        summary="Add a comment to its timeline",
        request=CommentSerializer,
        parameters=[ID, ETAG],
        responses={200: WholeIncidentSerializer},
    )
    def post(self, request: Request, id: int) -> Response:
        incident_comment(actor=actor(request), incident_id=id, asked=request.data)
        return whole_incident(id)


class AssignView(View):
    permission_classes = (may("console.read", change="incidents.change"),)

    @extend_schema(
        operation_id="incidents_assign",
        summary="Name its owner, incident commander or scribe",
        request=AssignmentSerializer,
        parameters=[ID, ETAG, *conditional("If-Match")],
        responses={200: WholeIncidentSerializer, 412: None},
    )
    def post(self, request: Request, id: int) -> Response:
        incident_assign(
            actor=actor(request),
            incident_id=id,
            asked=request.data,
            expected_version=expected_version(request),
        )
        return whole_incident(id)


class PostMortemView(View):
    permission_classes = (may("console.read", change="incidents.change"),)

    @extend_schema(
        operation_id="post_mortem_read",
        summary="Its post-mortem; a draft from the record where nobody has written one",
        parameters=[ID, ETAG],
        responses={200: PostMortemSerializer},
    )
    def get(self, request: Request, id: int) -> Response:
        return self._answer(id)

    @extend_schema(
        operation_id="post_mortem_write",
        summary="Write sections of its post-mortem, and publish it or not; what is left out stays",
        request=SectionsSerializer,
        parameters=[ID, ETAG, *conditional("If-Match")],
        responses={200: PostMortemSerializer, 409: None, 412: None},
    )
    def put(self, request: Request, id: int) -> Response:
        sheet_write(
            actor=actor(request),
            incident_id=id,
            asked=request.data,
            expected_version=expected_version(request),
        )
        return self._answer(id)

    def _answer(self, number: int) -> Response:
        sheet = sheet_get(number)
        return Response(
            sheet_json(sheet), headers={"ETag": version_etag(sheet.version)}
        )


class ActionsView(View):
    permission_classes = (may("console.read", change="incidents.change"),)

    @extend_schema(
        operation_id="action_items_add",
        summary="Add what is to be done after an incident",
        request=AskedActionSerializer,
        parameters=[ID],
        responses={201: ActionItemSerializer},
    )
    def post(self, request: Request, id: int) -> Response:
        row = action_add(actor=actor(request), incident_id=id, asked=request.data)
        return Response(action_json(row), status=201)


class ActionDoneView(View):
    permission_classes = (may("console.read", change="incidents.change"),)

    @extend_schema(
        operation_id="action_items_done",
        summary="It is done",
        request=None,
        parameters=[ID],
        responses={200: ActionItemSerializer},
    )
    def post(self, request: Request, id: int) -> Response:
        row = action_settle(actor=actor(request), action_id=id, done=True)
        return Response(action_json(row))


class ActionReopenView(View):
    permission_classes = (may("console.read", change="incidents.change"),)

    @extend_schema(
        operation_id="action_items_reopen",
        summary="It is not done after all",
        request=None,
        parameters=[ID],
        responses={200: ActionItemSerializer},
    )
    def post(self, request: Request, id: int) -> Response:
        row = action_settle(actor=actor(request), action_id=id, done=False)
        return Response(action_json(row))


class NotificationsView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="notifications_list",
        summary="What was told to whom, could not be or was held back; newest first",
        parameters=[
            OpenApiParameter("incident", _NUMBER),
            *(
                OpenApiParameter(name, {"type": "string", "enum": list(allowed)})
                for name, allowed in TOLD_FILTERS.items()
            ),
        ],
        responses={200: NotificationSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        found = notification_list(request.query_params)
        page = pages.paginate_queryset(found, request)
        return pages.get_paginated_response([notification_json(row) for row in page])


class NotificationRetryView(View):
    permission_classes = (may("console.read", change="notifications.retry"),)

    @extend_schema(
        operation_id="notifications_retry",
        summary="Have one that was given up or held back sent",
        request=None,
        parameters=[ID],
        responses={200: NotificationSerializer, 409: None},
    )
    def post(self, request: Request, id: int) -> Response:
        row = notification_retry(actor=actor(request), number=id)
        return Response(notification_json(row))


class SilencesView(View):
    permission_classes = (may("console.read", change="silences.change"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="silences_list",
        summary="Silences and maintenance windows, newest first",
        responses={200: SilenceSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(silence_list(), request)
        now = database_now()
        return pages.get_paginated_response([silence_json(row, now) for row in page])

    @extend_schema(
        operation_id="silences_create",
        summary="Silence alerts for a while: they open nothing and are told to nobody",
        request=AskedSilenceSerializer,
        parameters=[LOCATION],
        responses={201: SilenceSerializer},
    )
    def post(self, request: Request) -> Response:
        row = silence_create(actor=actor(request), asked=request.data)
        return Response(
            silence_json(row, database_now()),
            status=201,
            headers={"Location": f"/api/silences/{row.pk}"},
        )


class SilenceEndView(View):
    permission_classes = (may("console.read", change="silences.change"),)

    @extend_schema(
        operation_id="silences_end",
        summary="End a silence now; what still fires is told then",
        request=None,
        parameters=[ID],
        responses={200: SilenceSerializer},
    )
    def post(self, request: Request, id: int) -> Response:
        row = silence_end(actor=actor(request), silence_id=id)
        return Response(silence_json(row, database_now()))

"""What a team learned from a game day, and what it wants to do about it."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.game_days.views import ID
from api.incidents.serializers import Day, Name, Reason
from api.permissions import may
from api.view import View
from sre_console.gamedays.running.services import game_day_find
from sre_console.gamedays.telling.learning import (
    LESSONS_MOST,
    action_item_add,
    action_item_change,
    action_item_json,
    lesson_write,
    lessons_json,
)

ACTION = OpenApiParameter(
    "action",
    {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    OpenApiParameter.PATH,
)


@extend_schema_field(
    {
        "type": "string",
        "maxLength": LESSONS_MOST,
        "pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$",
    }
)
class Lessons(serializers.Field):  # type: ignore[type-arg]
    """Only described: empty takes them away."""


class ToDoSerializer(serializers.Serializer[object]):
    """An action item of a game day."""

    id = serializers.IntegerField(min_value=1)
    text = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)
    dueOn = serializers.DateField(allow_null=True)  # noqa: N815
    done = serializers.BooleanField()
    doneAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    createdBy = serializers.CharField()  # noqa: N815


class LearnedSerializer(serializers.Serializer[object]):
    gameDay = serializers.IntegerField(min_value=1)  # noqa: N815
    text = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_null=True)
    actions = ToDoSerializer(many=True)


class AskedLessonsSerializer(serializers.Serializer[object]):
    text = Lessons()


class AskedToDoSerializer(serializers.Serializer[object]):
    text = Reason()
    owner = Name(required=False)
    dueOn = Day(required=False)  # noqa: N815


class ChangedToDoSerializer(serializers.Serializer[object]):
    """What is left out stays as it is."""

    text = Reason(required=False)
    owner = Name(required=False)
    dueOn = Day(required=False)  # noqa: N815
    done = serializers.BooleanField(required=False)


class LessonsView(View):
    permission_classes = (may("console.read", change="game_days.learn"),)

    @extend_schema(
        operation_id="game_days_lessons_read",
        summary="What was learned, and what is to be done",
        parameters=[ID],
        responses={200: LearnedSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002, ARG002
        return Response(lessons_json(game_day_find(id)))

    @extend_schema(
        operation_id="game_days_lessons",
        summary="Write down what was learned, as a whole",
        request=AskedLessonsSerializer,
        parameters=[ID],
        responses={200: LearnedSerializer},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        row = lesson_write(actor=actor(request), game_day_id=id, asked=request.data)
        return Response(lessons_json(row))


class ActionsView(View):
    permission_classes = (may("console.read", change="game_days.learn"),)

    @extend_schema(
        operation_id="game_days_actions_add",
        summary="Add what is to be done after a game day",
        request=AskedToDoSerializer,
        parameters=[ID],
        responses={201: ToDoSerializer, 409: None},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        item = action_item_add(actor=actor(request), game_day_id=id, asked=request.data)
        return Response(action_item_json(item), status=201)


class ActionView(View):
    permission_classes = (may("console.read", change="game_days.learn"),)

    @extend_schema(
        operation_id="game_days_actions_change",
        summary="Change it, or say that it is done",
        request=ChangedToDoSerializer,
        parameters=[ID, ACTION],
        responses={200: ToDoSerializer},
    )
    def patch(self, request: Request, id: int, action: int) -> Response:  # noqa: A002
        item = action_item_change(
            actor=actor(request),
            game_day_id=id,
            action_id=action,
            asked=request.data,
        )
        return Response(action_item_json(item))

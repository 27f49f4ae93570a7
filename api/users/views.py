"""/api/users and /api/users/{id}."""

from __future__ import annotations

from functools import partial

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import versions
from api.envelope import MetaResponse
from api.guarded import GuardedView
from api.permissions import may
from api.preconditions import require_match, unchanged
from api.schema_parts import ETAG, LOCATION, VERSION, WROTE, conditional
from api.users.asked import COLUMNS, asked_for
from api.users.models import User
from api.users.paging import UserPagination, pagination
from api.users.selectors import etag, list_etag, user_get, user_page
from api.users.serializers import UserSerializer
from api.users.services import user_create, user_delete, user_update

_TERM = f"-?({'|'.join(COLUMNS)})"
_QUERY = [
    OpenApiParameter(
        "search",
        {"type": "string", "maxLength": 255, "pattern": r"^[^\u0000]*$"},
        description="Part of the name or of the email, in any letter case.",
    ),
    OpenApiParameter(
        "ordering",
        {"type": "string", "default": "id", "pattern": f"^{_TERM}(,{_TERM})*$"},
        description="Columns, separated by commas; - before one turns it round.",
    ),
]
ID = OpenApiParameter(
    "id",
    {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    OpenApiParameter.PATH,
)


def _answer(user: User, status: int = 200) -> Response:
    headers = {"ETag": etag(user)}
    if user.version:
        headers[versions.HEADER] = user.version
    return Response(UserSerializer(user).data, status=status, headers=headers)


def _condition(request: Request, user: User) -> None:
    require_match(request, etag(user))


class UserListView(GuardedView):
    permission_classes = (may("users.read", change="users.change", public=True),)
    pagination_class = UserPagination

    @extend_schema(
        operation_id="users_list",
        summary="List users",
        parameters=[*_QUERY, ETAG, VERSION, *conditional("If-None-Match")],
        responses={200: UserSerializer(many=True), 304: None},
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(request.query_params)
        page = user_page(asked)
        more = pagination(request, asked, page)
        tag = list_etag(page, more)
        if unchanged(request, tag):
            return Response(status=304, headers={"ETag": tag})
        response = MetaResponse(page.data, headers={"ETag": tag})
        response.more_meta = {"pagination": more}
        response.snapshot = page.snapshot
        return response

    @extend_schema(
        operation_id="users_create",
        summary="Create a user",
        request=UserSerializer,
        parameters=[ETAG, LOCATION, WROTE],
        responses={201: UserSerializer, 409: None},
    )
    def post(self, request: Request) -> Response:
        asked = UserSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = user_create(**asked.validated_data)
        response = _answer(user, status=201)
        response["Location"] = f"/api/users/{user.pk}"
        return response


class UserView(GuardedView):
    permission_classes = (may("users.read", change="users.change", public=True),)

    @extend_schema(
        operation_id="users_read",
        summary="Read a user",
        parameters=[ID, ETAG, VERSION, *conditional("If-None-Match")],
        responses={200: UserSerializer, 304: None},
    )
    def get(self, request: Request, id: int) -> Response:
        versions.note_snapshot(request)
        user = user_get(id)
        if unchanged(request, etag(user)):
            return Response(status=304, headers={"ETag": etag(user)})
        return _answer(user)

    @extend_schema(
        operation_id="users_replace",
        summary="Replace a user",
        request=UserSerializer,
        parameters=[ID, ETAG, WROTE, *conditional("If-Match")],
        responses={200: UserSerializer, 409: None, 412: None},
    )
    def put(self, request: Request, id: int) -> Response:
        return self._update(request, id, partial_update=False)

    @extend_schema(
        operation_id="users_update",
        summary="Change some fields of a user",
        request=UserSerializer,
        parameters=[ID, ETAG, WROTE, *conditional("If-Match")],
        responses={200: UserSerializer, 409: None, 412: None},
    )
    def patch(self, request: Request, id: int) -> Response:
        return self._update(request, id, partial_update=True)

    @extend_schema(
        operation_id="users_delete",
        summary="Delete a user",
        parameters=[ID, WROTE, *conditional("If-Match")],
        responses={204: None, 412: None},
    )
    def delete(self, request: Request, id: int) -> Response:
        version = user_delete(user_id=id, condition=partial(_condition, request))
        return Response(status=204, headers={versions.HEADER: version})

    def _update(
        self, request: Request, user_id: int, *, partial_update: bool
    ) -> Response:
        asked = UserSerializer(data=request.data, partial=partial_update)
        asked.is_valid(raise_exception=True)
        user = user_update(
            user_id=user_id,
            changes=asked.validated_data,
            condition=partial(_condition, request),
        )
        return _answer(user)

"""/api/users and /api/users/{id}."""

from __future__ import annotations

from functools import partial

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.guarded import GuardedView
from api.pagination import EnvelopePagination
from api.permissions import PublicOrToken
from api.preconditions import require_match, unchanged
from api.schema_parts import ETAG, LOCATION, conditional
from api.users.models import User
from api.users.selectors import COLUMNS, etag, user_get, user_list
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
    return Response(
        UserSerializer(user).data, status=status, headers={"ETag": etag(user)}
    )


def _condition(request: Request, user: User) -> None:
    require_match(request, etag(user))


class UserListView(GuardedView):
    permission_classes = (PublicOrToken,)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="users_list",
        summary="List users",
        parameters=_QUERY,
        responses={200: UserSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(user_list(request.query_params), request)
        return pages.get_paginated_response(UserSerializer(page, many=True).data)

    @extend_schema(
        operation_id="users_create",
        summary="Create a user",
        request=UserSerializer,
        parameters=[ETAG, LOCATION],
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
    permission_classes = (PublicOrToken,)

    @extend_schema(
        operation_id="users_read",
        summary="Read a user",
        parameters=[ID, ETAG, *conditional("If-None-Match")],
        responses={200: UserSerializer, 304: None},
    )
    def get(self, request: Request, id: int) -> Response:
        user = user_get(id)
        if unchanged(request, etag(user)):
            return Response(status=304, headers={"ETag": etag(user)})
        return _answer(user)

    @extend_schema(
        operation_id="users_replace",
        summary="Replace a user",
        request=UserSerializer,
        parameters=[ID, ETAG, *conditional("If-Match")],
        responses={200: UserSerializer, 409: None, 412: None},
    )
    def put(self, request: Request, id: int) -> Response:
        return self._update(request, id, partial_update=False)

    @extend_schema(
        operation_id="users_update",
        summary="Change some fields of a user",
        request=UserSerializer,
        parameters=[ID, ETAG, *conditional("If-Match")],
        responses={200: UserSerializer, 409: None, 412: None},
    )
    def patch(self, request: Request, id: int) -> Response:
        return self._update(request, id, partial_update=True)

    @extend_schema(
        operation_id="users_delete",
        summary="Delete a user",
        parameters=[ID, *conditional("If-Match")],
        responses={204: None, 412: None},
    )
    def delete(self, request: Request, id: int) -> Response:
        user_delete(user_id=id, condition=partial(_condition, request))
        return Response(status=204)

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

"""/api/tokens and /api/tokens/{id}: for people signed in; a token cannot make another."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.pagination import EnvelopePagination
from api.permissions import may
from api.tokens.serializers import (
    AskedTokenSerializer,
    MadeTokenSerializer,
    TokenSerializer,
)
from api.view import View
from ironclad.errors import FieldsInvalid
from sre_console.accounts.tokens import (
    DEFAULT_DAYS,
    MOST_DAYS,
    token_create,
    token_revoke,
)
from sre_console.accounts.tokens_listing import owner_get, token_get, tokens_of

_FIELDS = ("name", "scopes", "days", "owner")
_OWNER = OpenApiParameter(
    "owner",
    {"type": "string", "maxLength": 150, "pattern": r"^[^\u0000]*$"},
    description="Somebody else's, for an administrator.",
)
ID = OpenApiParameter(
    "id",
    {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    OpenApiParameter.PATH,
)


class TokensView(View):
    permission_classes = (may("tokens.own"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="tokens_list",
        summary="Your live API tokens; an administrator may name another owner",
        parameters=[_OWNER],
        responses={200: TokenSerializer(many=True), 404: None},
    )
    def get(self, request: Request) -> Response:
        asked = _text(request.query_params.get("owner", ""), "owner")
        owner = owner_get(actor=actor(request), name=asked)
        pages = EnvelopePagination()
        page = pages.paginate_queryset(tokens_of(owner), request)
        return pages.get_paginated_response(TokenSerializer(page, many=True).data)

    @extend_schema(
        operation_id="tokens_create",
        summary="Make a token of your own, or of a service; its secret is told once",
        request=AskedTokenSerializer,
        responses={201: MadeTokenSerializer, 404: None, 409: None},
    )
    def post(self, request: Request) -> Response:
        sent = request.data
        unknown = sorted(set(sent) - set(_FIELDS))
        if unknown:
            raise FieldsInvalid([(name, "There is no such field.") for name in unknown])
        who = actor(request)
        owner = owner_get(actor=who, name=_text(sent.get("owner", ""), "owner"))
        scopes = sent.get("scopes", ["read"])
        days = sent.get("days", DEFAULT_DAYS)
        if days is None:  # only the command makes one that never ends
            message = f"Send a whole number of days from 1 to {MOST_DAYS}."
            raise FieldsInvalid([("days", message)])
        secret = token_create(
            actor=who,
            user=owner,
            name=_text(sent.get("name"), "name"),
            days=days,
            scopes=scopes if isinstance(scopes, list) else (),
        )
        made = tokens_of(owner).first()
        told = {**TokenSerializer(made).data, "token": secret}
        return Response(told, status=201, headers={"Cache-Control": "no-store"})


class TokenView(View):
    permission_classes = (may("tokens.own"),)

    @extend_schema(
        operation_id="tokens_revoke",
        summary="End a token, from the next request on",
        parameters=[ID],
        responses={204: None},
    )
    def delete(self, request: Request, id: int) -> Response:
        token_revoke(actor=actor(request), token=token_get(id))
        return Response(status=204)


def _text(value: object, field: str) -> str:
    """A string that PostgreSQL can be asked for."""
    if isinstance(value, str) and "\x00" not in value and value.isprintable():
        return value
    message = "This field is required." if value is None else "Send one line of text."
    raise FieldsInvalid([(field, message)])

"""/api/people and /api/people/{id}: for administrators signed in, and approvers to read."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.pagination import EnvelopePagination
from api.people.serializers import (
    KINDS,
    AddedPersonSerializer,
    AskedPersonSerializer,
    ChangedPersonSerializer,
    PersonSerializer,
)
from api.permissions import may
from api.view import View
from ironclad.errors import FieldsInvalid
from sre_console.accounts.people import (
    is_service,
    person_add,
    person_switch,
    role_change,
    role_read,
)
from sre_console.accounts.people_listing import (
    PersonFacts,
    people_facts,
    person_facts,
    person_get,
)
from sre_console.accounts.people_programs import service_add, service_hand_over

_ASKED = ("name", "role", "kind", "owner", "purpose")
_CHANGED = ("role", "active", "owner")
ID = OpenApiParameter(
    "id",
    {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    OpenApiParameter.PATH,
)


class PeopleView(View):
    permission_classes = (may("access.review", change="people.change"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="people_list",
        summary="Everybody who may sign in, and every service, by name",
        responses={200: PersonSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_list(people_facts(), request)
        return pages.get_paginated_response([_told(each) for each in page])

    @extend_schema(
        operation_id="people_add",
        summary="Add a person, with a password told once, or a service",
        request=AskedPersonSerializer,
        responses={201: AddedPersonSerializer, 409: None},
    )
    def post(self, request: Request) -> Response:
        sent = _known(request.data, _ASKED)
        kind, password = sent.get("kind", "person"), None
        if kind not in KINDS:
            raise FieldsInvalid([("kind", "Send person or service.")])
        given = {"name": sent.get("name"), "role": sent.get("role")}
        if kind == "service":
            user = service_add(
                actor=actor(request),
                **given,
                owner=sent.get("owner"),
                purpose=sent.get("purpose", ""),
            )
        else:
            only = [name for name in ("owner", "purpose") if name in sent]
            if only:
                told = "Only a service has one."
                raise FieldsInvalid([(name, told) for name in only])
            user, password = person_add(actor=actor(request), **given)
        told_back = {**_told(person_facts(user.pk)), "password": password}
        return Response(told_back, status=201, headers={"Cache-Control": "no-store"})


class PersonView(View):
    permission_classes = (may("access.review", change="people.change"),)

    @extend_schema(
        operation_id="people_read",
        summary="A person or a service",
        parameters=[ID],
        responses={200: PersonSerializer},
    )
    def get(self, request: Request, id: int) -> Response:
        return Response(_told(person_facts(id)))

    @extend_schema(
        operation_id="people_change",
        summary="Give another role, switch off or on, hand a service over; never one's own",
        request=ChangedPersonSerializer,
        parameters=[ID],
        responses={200: PersonSerializer, 409: None},
    )
    def patch(self, request: Request, id: int) -> Response:
        sent, who, user = _known(request.data, _CHANGED), actor(request), person_get(id)
        with transaction.atomic():  # all of it, or nothing
            if "active" in sent:
                if not isinstance(sent["active"], bool):
                    raise FieldsInvalid([("active", "Send true or false.")])
                person_switch(actor=who, user=user, on=sent["active"])
            if "role" in sent:
                role = None if sent["role"] is None else role_read(sent["role"])
                role_change(actor=who, user=user, role=role)
            if "owner" in sent:
                if not is_service(user):
                    raise FieldsInvalid([("owner", "Only a service has one.")])
                service_hand_over(actor=who, user=user, owner=sent["owner"])
        return Response(_told(person_facts(id)))


def _known(sent: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    """Raises FieldsInvalid for what is not asked for here: nothing is taken silently."""
    unknown = sorted(set(sent) - set(fields))
    if unknown:
        raise FieldsInvalid([(name, "There is no such field.") for name in unknown])
    return dict(sent)


def _told(facts: PersonFacts) -> dict[str, object]:
    return dict(
        PersonSerializer(
            {
                "id": facts.id,
                "name": facts.name,
                "kind": "service" if facts.service else "person",
                "owner": facts.owner,
                "role": facts.role,
                "active": facts.active,
                "superuser": facts.superuser,
                "secondFactor": facts.second_factor,
                "lastUsedAt": facts.used,
                "sessions": facts.sessions,
                "tokens": len(facts.tokens),
            }
        ).data
    )

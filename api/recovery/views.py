"""What was backed up, what was restored, and whether a recovery would come about now."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.pagination import EnvelopePagination
from api.permissions import may
from api.recovery.serializers import (
    BackupSerializer,
    RestoreSerializer,
    RestoreWholeSerializer,
)
from api.recovery.standing import RecoverySerializer
from api.view import View
from sre_console.chaos.rows import database_now
from sre_console.recovery.listing import (
    BACKUPS,
    LONGEST,
    RESTORES,
    Listing,
    backup_list,
    restore_list,
)
from sre_console.recovery.overview import recovery_json, recovery_overview
from sre_console.recovery.selectors import restore_get
from sre_console.recovery.telling import (
    backup_json,
    restore_json,
    restore_whole_json,
)

ID = OpenApiParameter(
    "id", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, OpenApiParameter.PATH
)


def _filters(listing: Listing) -> list[OpenApiParameter]:
    orders = "|".join(listing.orders)
    words = {"type": "string", "maxLength": LONGEST, "pattern": r"^[^\u0000]*$"}
    return [
        *(
            OpenApiParameter(name, {"type": "string", "enum": list(allowed)})
            for name, allowed in listing.choices.items()
        ),
        OpenApiParameter("q", words, description="Part of its label, target or repository."),
        OpenApiParameter(
            "number", {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
        ),
        OpenApiParameter(
            "ordering",
            {"type": "string", "default": "-ended", "pattern": f"^-?({orders})$"},
        ),
    ]  # fmt: skip


class RecoveryView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="recovery_read",
        summary="Whether a recovery would come about now, and what the last one achieved",
        responses={200: RecoverySerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(recovery_json(recovery_overview(database_now())))


class BackupsView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="recovery_backups_list",
        summary="Backups that were made or failed, newest first",
        parameters=_filters(BACKUPS),
        responses={200: BackupSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(backup_list(request.query_params), request)
        return pages.get_paginated_response([backup_json(row) for row in page])


class RestoresView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="recovery_restores_list",
        summary="Restores and validations with what they achieved, newest first",
        parameters=_filters(RESTORES),
        responses={200: RestoreSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_queryset(restore_list(request.query_params), request)
        return pages.get_paginated_response([restore_json(row) for row in page])


class RestoreView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="recovery_restore_read",
        summary="One restore, with each check and the rows by table",
        parameters=[ID],
        responses={200: RestoreWholeSerializer},
    )
    def get(self, request: Request, id: int) -> Response:
        return Response(restore_whole_json(restore_get(id)))

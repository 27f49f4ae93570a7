"""Lists come in pages: `limit` and `offset`, and `meta.pagination` tells the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from api.envelope import MetaResponse
from ironclad.errors import FieldsInvalid

T = TypeVar("T")

DEFAULT_LIMIT = 20
MOST = 100
FURTHEST = 2**31 - 1  # as far as ids go


class EnvelopePagination(BasePagination):
    request: Request
    limit = DEFAULT_LIMIT
    offset = 0
    total = 0

    def paginate_queryset(
        self,
        queryset: QuerySet[Any],
        request: Request,
        view: object = None,  # noqa: ARG002
    ) -> list[Any]:
        """The rows of the page. Raises FieldsInvalid for a bad `limit` or `offset`."""
        self.request = request
        self.limit, self.offset = bounds(request.query_params)
        self.total = queryset.count()
        if self.offset >= self.total:
            return []
        return list(queryset[self.offset : self.offset + self.limit])

    def paginate_list(self, rows: Sequence[T], request: Request) -> list[T]:
        """Likewise of what is in memory."""
        self.request = request
        self.limit, self.offset = bounds(request.query_params)
        self.total = len(rows)
        return list(rows[self.offset : self.offset + self.limit])

    def get_paginated_response(self, data: Any) -> MetaResponse:
        response = MetaResponse(data)
        after, before = self.offset + self.limit, self.offset - self.limit
        pagination = {
            "total": self.total,
            "totalExact": True,
            "limit": self.limit,
            "offset": self.offset,
            "next": self._link(after) if after < self.total else None,
            "previous": self._link(max(0, before)) if self.offset else None,
        }
        response.more_meta = {"pagination": pagination}
        return response

    def _link(self, offset: int) -> str:
        return link(self.request, limit=self.limit, offset=offset)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema  # api.schema wraps it

    def get_schema_operation_parameters(
        self,
        view: object,  # noqa: ARG002
    ) -> list[dict[str, Any]]:
        return [
            _parameter("limit", 1, MOST, DEFAULT_LIMIT),
            _parameter("offset", 0, FURTHEST, 0),
        ]


def link(request: Request, **changed: object) -> str:
    """An address without the host: right behind every proxy."""
    query = {**request.query_params.dict(), **changed}
    return f"{request.path}?{urlencode(query)}"


def bounds(query: Mapping[str, str]) -> tuple[int, int]:
    problems: list[tuple[str | None, str]] = []
    numbers = []
    for name, least, most, default in (
        ("limit", 1, MOST, DEFAULT_LIMIT),
        ("offset", 0, FURTHEST, 0),
    ):
        value = _whole(query.get(name), default)
        numbers.append(value)
        if not least <= value <= most:
            problems.append((name, f"Send a whole number from {least} to {most}."))
    if problems:
        raise FieldsInvalid(problems)
    return numbers[0], numbers[1]


def _whole(text: str | None, default: int) -> int:
    """The number in ASCII digits; -1, which no bound allows, for anything else."""
    if text is None:
        return default
    digits = len(str(FURTHEST))
    readable = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if readable else -1


def _parameter(name: str, least: int, most: int, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return {"name": name, "in": "query", "required": False, "schema": schema}

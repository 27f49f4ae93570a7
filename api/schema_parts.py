"""Pieces of the OpenAPI description that several addresses share."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from ironclad import errors

_TEXT = {"type": "string"}

ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201, 304],
    description="Names this state; send it back in If-Match.",
)  # fmt: skip
WROTE = OpenApiParameter(
    "X-Ironclad-Version", str, OpenApiParameter.HEADER, response=[200, 201, 204],
    description="Names what was written; absent where nothing was.",
)  # fmt: skip
VERSION = OpenApiParameter(
    "X-Ironclad-Version", str, OpenApiParameter.HEADER,
    description="As a change was answered: this read has it in there, whoever answers.",
)  # fmt: skip
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[201],
    description="The address of what was made.",
)  # fmt: skip

META: dict[str, Any] = {
    "type": "object",
    "required": ["requestId", "timestamp", "duration"],
    "properties": {
        "requestId": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
        "timestamp": {"type": "string", "format": "date-time"},
        "duration": {
            "type": "number",
            "minimum": 0,
            "description": "Milliseconds in the server.",
        },
        "degraded": {
            "type": "object",
            "description": "In a list that is told again while the breaker is open.",
            "required": ["reason", "asOf", "age"],
            "properties": {
                "reason": {"type": "string", "enum": ["CIRCUIT_OPEN"]},
                "asOf": {"type": "string", "format": "date-time"},
                "age": {"type": "number", "minimum": 0, "description": "Seconds."},
            },
        },
    },
}
# draft-ietf-httpapi-ratelimit-headers; lists of RFC 9651 with one item.
RATE_LIMIT: dict[str, Any] = {
    "RateLimit-Policy": {
        "schema": {"type": "string", "pattern": r'^"[a-z-]+";q=\d+;w=\d+$'},
        "description": "The limit that comes first: its class, the requests it allows, "
        "and the seconds of its window. Absent where no limit counts.",
        "example": '"default";q=6000;w=60',
    },
    "RateLimit": {
        "schema": {"type": "string", "pattern": r'^"[a-z-]+";r=\d+;t=\d+$'},
        "description": "What is left of it: requests, and seconds until it begins anew.",
        "example": '"default";r=5999;t=60',
    },
}
_LINK = {"type": ["string", "null"], "description": "Address without the host."}
PAGINATION: dict[str, Any] = {
    "type": "object",
    "required": ["total", "totalExact", "limit", "offset", "next", "previous"],
    "properties": {
        "total": {"type": "integer", "minimum": 0},
        "totalExact": {
            "type": "boolean",
            "description": "false: there are more than `total`, which is as far as was counted.",
        },
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "offset": {
            "type": "integer",
            "minimum": 0,
            "description": "Rows before the page; with a cursor by the walk's own count.",
        },
        "next": _LINK,
        "previous": _LINK,
    },
}


def conditional(name: str) -> list[OpenApiParameter]:
    """The request header of a precondition."""
    explained = {
        "If-Match": "The ETag of the state to change; 412 when it has changed since.",
        "If-None-Match": "The ETag that the client has; 304 when nothing has changed.",
    }
    return [
        OpenApiParameter(
            name, str, OpenApiParameter.HEADER, description=explained[name]
        )
    ]


def codes() -> dict[int, list[str]]:
    """Every error code by its status, straight from the errors themselves."""
    found: dict[int, set[str]] = {}
    waiting: list[type[errors.IroncladError]] = [errors.IroncladError]
    while waiting:
        error = waiting.pop()
        found.setdefault(error.status, set()).add(error.code)
        waiting.extend(error.__subclasses__())
    return {status: sorted(names) for status, names in sorted(found.items())}


def envelope(data: dict[str, Any], *, paged: bool = False) -> dict[str, Any]:
    """The schema of a successful answer around the schema of its data."""
    meta: dict[str, Any] = {"$ref": "#/components/schemas/Meta"}
    if paged:
        more = {
            "type": "object",
            "required": ["pagination"],
            "properties": {"pagination": {"$ref": "#/components/schemas/Pagination"}},
        }
        meta = {"allOf": [meta, more]}
    return {
        "type": "object",
        "required": ["data", "meta"],
        "properties": {"data": data, "meta": meta},
        "additionalProperties": False,
    }


def failure(status: int) -> dict[str, Any]:
    """The schema of an answer with this status, 400 or above."""
    item = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "enum": codes().get(status, [])},
            "message": _TEXT,
            "field": {**_TEXT, "description": "The field or parameter that is wrong."},
        },
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "required": ["data", "meta", "errors"],
        "properties": {
            "data": {"type": "null"},
            "meta": {"$ref": "#/components/schemas/Meta"},
            "errors": {"type": "array", "minItems": 1, "items": item},
        },
        "additionalProperties": False,
    }

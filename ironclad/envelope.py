"""The one shape of every JSON answer: data, meta and, on failure, errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from ironclad.errors import FieldsInvalid, IroncladError


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: 2026-01-31T12:00:00.000Z."""
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def meta(request_id: str, duration_ms: float) -> dict[str, object]:
    return {
        "requestId": request_id,
        "timestamp": timestamp(datetime.now(UTC)),
        "duration": round(duration_ms, 1),
    }


def error_items(error: IroncladError) -> list[dict[str, str]]:
    """The `errors` list for one error; one item a field where several are wrong."""
    problems: list[tuple[str | None, str]] = [(error.field, error.message)]
    if isinstance(error, FieldsInvalid):
        problems = error.problems
    items = []
    for field, message in problems:
        item = {"code": error.code, "message": message}
        if field is not None:
            item["field"] = field
        items.append(item)
    return items


def failure(
    error: IroncladError, *, request_id: str, duration_ms: float
) -> dict[str, object]:
    return {
        "data": None,
        "meta": meta(request_id, duration_ms),
        "errors": error_items(error),
    }


def success(
    data: object,
    *,
    request_id: str,
    duration_ms: float,
    more_meta: Mapping[str, object] | None = None,
) -> dict[str, object]:
    return {
        "data": data,
        "meta": {**meta(request_id, duration_ms), **(more_meta or {})},
    }


def encode(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()

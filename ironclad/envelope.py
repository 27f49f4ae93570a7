"""The one shape of every JSON answer: data, meta and, on failure, errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ironclad.errors import FieldsInvalid, IroncladError

_META = b',"meta":{"requestId":"'
_OF_REQUEST = re.compile(
    rb'[A-Za-z0-9_-]{8,64}","timestamp":"[0-9TZ:.-]{20,32}","duration":[0-9.e+-]{1,32}'
)


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


def encode(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def split(body: bytes) -> tuple[bytes, bytes] | None:
    """A good answer without what `meta` tells of its request: the parts before and after that.

    None where it is none of ours. Bytes suffice: a quotation mark within a string is escaped, so
    the words that are looked for can be nothing else than they are.
    """
    cut = body.rfind(_META)
    if cut < 0 or not body.startswith(b'{"data":'):
        return None
    cut += len(_META)
    found = _OF_REQUEST.match(body, cut)
    if found is None or not body.endswith(b"}}"):
        return None
    return body[:cut], body[found.end() :]


def joined(
    data: bytes, meta: Mapping[str, object], more_meta: Mapping[str, bytes]
) -> bytes:
    """A good answer whose parts are JSON already: the same bytes as `encode(success(…))`."""
    more = b"".join(
        b',"%b":%b' % (name.encode(), part) for name, part in more_meta.items()
    )
    return b'{"data":%b,"meta":%b%b}}' % (data, encode(meta)[:-1], more)

"""Answers that the edge gives by itself."""

from __future__ import annotations

from collections.abc import Mapping

from ironclad import envelope
from ironclad.clock import clock
from ironclad.edge.facts import Facts
from ironclad.edge.protocol import Headers, Scope, Send
from ironclad.errors import IroncladError

JSON = b"application/json"


async def send_body(  # noqa: PLR0913 - the parts of an answer
    scope: Scope,
    send: Send,
    status: int,
    body: bytes,
    *,
    content_type: bytes = JSON,
    headers: Headers | None = None,
) -> None:
    """One whole answer; to HEAD the headers of it."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
                *(headers or ()),
            ],
        }
    )
    if scope["method"] == "HEAD":
        body = b""
    await send({"type": "http.response.body", "body": body})


async def send_data(
    scope: Scope, send: Send, status: int, data: Mapping[str, object]
) -> None:
    facts: Facts = scope["ironclad"]
    body = envelope.success(
        data, request_id=facts.request_id, duration_ms=_duration(facts)
    )
    await send_body(scope, send, status, envelope.encode(body))


async def send_error(
    scope: Scope, send: Send, error: IroncladError, headers: Headers | None = None
) -> None:
    facts: Facts = scope["ironclad"]
    body = envelope.failure(
        error, request_id=facts.request_id, duration_ms=_duration(facts)
    )
    more = list(headers or ())
    if error.retry_after is not None:
        more.append((b"retry-after", str(error.retry_after).encode()))
    await send_body(scope, send, error.status, envelope.encode(body), headers=more)


def _duration(facts: Facts) -> float:
    return (clock.monotonic() - facts.started) * 1000

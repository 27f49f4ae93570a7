"""The envelope for failures that happen outside a DRF view."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from api.errors import headers
from api.facts import duration_ms, facts, from_edge
from ironclad import envelope
from ironclad.errors import IroncladError


def speaks_json(request: HttpRequest) -> bool:
    """Whether this address belongs to programs rather than to people."""
    return request.path == "/api" or request.path.startswith("/api/")


def failure(request: HttpRequest, error: IroncladError) -> HttpResponse:
    """The answer for one error, for use where no view has been reached."""
    known = facts(request)
    body = envelope.failure(
        error, request_id=known.request_id, duration_ms=duration_ms(request)
    )
    response = HttpResponse(
        envelope.encode(body),
        status=error.status,
        content_type="application/json",
        headers={**headers(error), "Cache-Control": "no-store"},
    )
    if from_edge(request) is None:
        response["X-Request-ID"] = known.request_id
    return response

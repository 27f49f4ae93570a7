"""The console's JSON answers, in the envelope."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from ironclad import envelope
from ironclad.errors import IroncladError
from sre_console.pages.facts import milliseconds, request_id


def _answer(body: dict[str, object], status: int) -> HttpResponse:
    answer = HttpResponse(
        envelope.encode(body), content_type="application/json", status=status
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def success(request: HttpRequest, data: object) -> HttpResponse:
    return _answer(
        envelope.success(
            data, request_id=request_id(request), duration_ms=milliseconds(request)
        ),
        200,
    )


def failure(request: HttpRequest, error: IroncladError) -> HttpResponse:
    answer = _answer(
        envelope.failure(
            error, request_id=request_id(request), duration_ms=milliseconds(request)
        ),
        error.status,
    )
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer

"""The request's id and age, as the edge knows them."""

from __future__ import annotations

from django.http import HttpRequest

from ironclad.clock import clock


def _facts(request: HttpRequest) -> object | None:
    facts: object | None = getattr(request, "scope", {}).get("ironclad")
    return facts


def request_id(request: HttpRequest) -> str:
    """Empty where no edge stands before Django: in tests with the test client."""
    return str(getattr(_facts(request), "request_id", "") or "")


def milliseconds(request: HttpRequest) -> float:
    """Since the request arrived; 0 without an edge."""
    started = getattr(_facts(request), "started", None)
    return 0.0 if started is None else (clock.monotonic() - started) * 1000

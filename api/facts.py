"""What the edge knows about a request, with a stand-in where there is no edge."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Protocol, cast

from django.http import HttpRequest
from rest_framework.request import Request

from ironclad.clock import clock


class Facts(Protocol):
    request_id: str
    started: float  # monotonic seconds (ironclad.clock)
    caller: str | None
    fills: bool  # the answer may be kept at the edge
    snapshot: str  # that it is not older than


@dataclass(slots=True)
class _StandIn:
    """For a request that did not come through the edge: a test client, another server."""

    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: float = field(default_factory=clock.monotonic)
    caller: str | None = None
    fills: bool = False
    snapshot: str = ""


def from_edge(request: HttpRequest | Request) -> Facts | None:
    plain = request._request if isinstance(request, Request) else request  # noqa: SLF001
    scope = getattr(plain, "scope", {})
    return cast("Facts | None", scope.get("ironclad"))


def facts(request: HttpRequest | Request) -> Facts:
    """The same object each time it is asked for one request."""
    known = from_edge(request)
    if known is not None:
        return known
    plain = request._request if isinstance(request, Request) else request  # noqa: SLF001
    stand_in = plain.__dict__.setdefault("ironclad_facts", _StandIn())
    return cast("Facts", stand_in)


def duration_ms(request: HttpRequest | Request) -> float:
    """Milliseconds spent in the server so far."""
    return (clock.monotonic() - facts(request).started) * 1000

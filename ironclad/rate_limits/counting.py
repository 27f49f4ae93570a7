"""One count by django-ratelimit, in the store that replicas share or, while that is away, here."""

from __future__ import annotations

import time

import structlog
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest
from django_ratelimit import core

from ironclad.errors import CircuitOpen
from ironclad.rate_limits.rate import Standing, rate

logger = structlog.get_logger(__name__)

# The limits that each read meets: wide ones, which each replica may count for itself where
# the store is costly.
COARSE = frozenset({"default", "traffic"})
here = LocMemCache("rate-limits-here", {"OPTIONS": {"MAX_ENTRIES": 20_000}})


def count(
    request: HttpRequest, *, policy: str, subject: str, who: str, limit: str
) -> Standing:
    """Count this request by one subject; `who` tells the clients of that kind apart.

    A limit is a courtesy among clients. Without its store the service goes on: each process
    counts for itself then, which refuses nobody earlier than the store would, and leaves no
    password to be guessed at full speed.
    """
    value = f"{subject}:{who}"
    told = rate(limit)
    shared = policy not in COARSE or getattr(caches["default"], "coarse", True)
    asked = _shared(request, policy, value, limit) if shared else None
    counted, left = asked or _here(policy, value, limit)
    # A window holds the whole of its last second.
    return Standing(policy, told, counted, max(1, left + 1), subject)


def _shared(
    request: HttpRequest, policy: str, value: str, limit: str
) -> tuple[int, int] | None:
    """The count and the seconds left; None where the store is away."""
    try:
        usage = core.get_usage(
            request,
            group=policy,
            key=lambda _group, _request: value,
            rate=limit,
            increment=True,
        )
    except Exception as error:  # noqa: BLE001 - whichever the store's library raises
        # An open circuit was told when it opened, not at each request.
        if not isinstance(error, CircuitOpen):
            logger.warning("rate_limits_counted_here", reason=type(error).__name__)
        return None
    if usage is None or not usage["count"]:  # it lost the counter while it was asked
        return None
    return usage["count"], usage["time_left"]


def _here(policy: str, value: str, limit: str) -> tuple[int, int]:
    seconds = rate(limit).seconds
    window = core._get_window(value, seconds)  # noqa: SLF001 - the same as shared
    key = core._make_cache_key(policy, window, limit, value, core.ALL)  # noqa: SLF001
    here.add(key, 0, seconds + core.EXPIRATION_FUDGE)
    return here.incr(key), window - int(time.time())

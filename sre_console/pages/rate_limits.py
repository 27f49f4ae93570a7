"""How often one address, or somebody under one name, may try to sign in."""

from __future__ import annotations

import ipaddress

import structlog
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest
from django_ratelimit.core import _split_rate, get_usage

from ironclad.errors import RateLimited
from sre_console.accounts.tokens import digest_of

logger = structlog.get_logger(__name__)

_here = LocMemCache("sign-in-limits", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


def client_address(request: HttpRequest) -> str:
    """The address that the last trusted proxy saw; whatever lies before it anyone can write.

    An IPv6 client owns a /64 at least, so that counts as one address.
    """
    seen = str(request.META.get("REMOTE_ADDR") or "")
    if settings.TRUSTED_PROXIES:
        hops = [
            hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")
        ]
        seen = hops[-min(settings.TRUSTED_PROXIES, len(hops))] or seen
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return "unknown"
    if address.version == 4:  # noqa: PLR2004
        return str(address)
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)


def sign_in_try(request: HttpRequest, name: str = "") -> None:
    """Count one try. Raises RateLimited, with the seconds to wait, above the limit."""
    keys = {"sign-in-address": client_address(request)}
    if name:
        keys["sign-in-name"] = name.casefold()
    for group, value in keys.items():
        try:
            _count(request, group, value)
        except RateLimited:
            raise
        except Exception as error:  # noqa: BLE001 - whichever the store's library raises
            logger.warning("sign_in_limit_counts_here", reason=type(error).__name__)
            _count_here(f"{group}:{digest_of(value)}")


def _count(request: HttpRequest, group: str, value: str) -> None:
    usage = get_usage(
        request,
        group=group,
        key=lambda _group, _request: value,
        rate=settings.SIGN_IN_RATE_LIMIT,
        increment=True,
    )
    if usage and usage["should_limit"]:
        raise RateLimited(retry_after=max(1, usage["time_left"]))


def _count_here(key: str) -> None:
    """In this process alone, while the shared store is away.

    A limit that fell away would let passwords be guessed; one that refused everybody would
    keep operators out in the middle of an incident.
    """
    most, seconds = _split_rate(settings.SIGN_IN_RATE_LIMIT)
    _here.add(key, 0, seconds)
    if _here.incr(key) > most:
        raise RateLimited(retry_after=seconds)

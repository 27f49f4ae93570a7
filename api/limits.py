"""How often one caller may ask."""

from __future__ import annotations

import ipaddress

import structlog
from django.conf import settings
from django_ratelimit.core import get_usage
from rest_framework.request import Request

from api.caller import address, caller
from ironclad.errors import CircuitOpen, RateLimited

logger = structlog.get_logger(__name__)

_GROUP = "api"


def limit(request: Request) -> None:
    """Count this request against its caller: the token, the person, or else the address.

    Raises RateLimited with the seconds until the window ends.
    """
    known = caller(request)
    if known is None:
        limit_address(request)
    elif known.role == "traffic":
        _count(request, f"caller:{known.key}", settings.TRAFFIC_RATE_LIMIT)
    else:
        _count(request, f"caller:{known.key}", settings.RATE_LIMIT)


def limit_address(request: Request) -> None:
    """Count it against the address, as for a caller who is not known."""
    _count(request, f"address:{_network(address(request))}", settings.RATE_LIMIT)


def _count(request: Request, key: str, rate: str) -> None:
    try:
        usage = get_usage(
            request._request,  # noqa: SLF001
            group=_GROUP,
            key=lambda _group, _request: key,
            rate=rate,
            increment=True,
        )
    except Exception as error:  # noqa: BLE001 - whichever the store's library raises
        # The limit is a courtesy among clients: without its store the service goes on.
        if not isinstance(
            error, CircuitOpen
        ):  # told when it opened, not at each request
            logger.warning("rate_limit_store_unavailable", reason=type(error).__name__)
        return
    if usage is not None and usage["should_limit"]:
        raise RateLimited(retry_after=max(1, usage["time_left"]))


def _network(client: str) -> str:
    """An IPv6 client owns a whole /64, so that counts as one address."""
    try:
        parsed = ipaddress.ip_address(client)
    except ValueError:
        return client[:64]
    if parsed.version == 4:  # noqa: PLR2004
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)

"""When tokens were last used, and from where: kept in memory, written with the samples.

A request waits for none of it. What is not stored yet when a process dies is lost: at most half
a minute.
"""

from __future__ import annotations

import threading
from ipaddress import ip_address, ip_network

import structlog
from django.db import DatabaseError, connection, transaction

from ironclad.clock import clock

logger = structlog.get_logger(__name__)

EVERY = 15.0  # seconds between two writes of a replica
_MOST = 10_000  # tokens that are remembered between two writes

# To the minute, and once a minute, however many replicas see it used.
_STORE = """
UPDATE api_token SET last_used_at = date_trunc('minute', statement_timestamp()),
    last_used_from = seen.network
FROM unnest(%s::bigint[], %s::text[]) AS seen (id, network)
WHERE api_token.id = seen.id AND (
    last_used_at IS NULL OR last_used_at < date_trunc('minute', statement_timestamp())
)
"""


class Sightings:
    """Safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, str] = {}
        self._stored = clock.monotonic()

    def saw(self, token_id: int, address: str) -> None:
        with self._lock:
            if token_id in self._seen or len(self._seen) < _MOST:
                self._seen[token_id] = network(address)

    def store(self, *, now: bool = False) -> None:
        """Write what was seen, if it is time; never raises what the database does."""
        if not now and clock.monotonic() - self._stored < EVERY:
            return
        with self._lock:
            seen, self._seen = self._seen, {}
            self._stored = clock.monotonic()
        if not seen:
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_STORE, [list(seen), list(seen.values())])
        except DatabaseError as error:
            logger.warning("last_use_of_tokens_not_stored", error=str(error))


def network(address: str) -> str:
    """The network that an address is in; empty for what is no address. Pure."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    size = 24 if parsed.version == 4 else 48  # noqa: PLR2004
    return str(ip_network((parsed, size), strict=False))


sightings = Sightings()

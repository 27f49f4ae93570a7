"""Who reads at the edge, and how that is counted: as the views do it, without them.

Where the counts are across the network a read waits for its own for `PATIENCE` at most; after one
that was late this process counts for itself for `PAUSE`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from api.caller import short_hash
from api.permissions import allowed
from api.remembered import remembered
from ironclad.clock import clock
from ironclad.edge.forwarded import client_of, network_of
from ironclad.edge.protocol import Scope
from ironclad.edge.read_parts import Counted, Reader
from ironclad.rate_limits.counting import count, here
from ironclad.rate_limits.near import NearCounter
from ironclad.rate_limits.rate import Standing
from sre_console.access.matrix import TRAFFIC
from sre_console.limits.classes import Kind, Subject
from sre_console.limits.services import client_subjects, refusal, standing_of

PATIENCE = 0.25  # seconds: longer than a queue of hundreds takes where all is well
PAUSE = 1.0  # seconds
_THREADS = 8
_STRANGERS = "strangers"
_KNOWN = "known"


class EdgeReaders:
    def __init__(self) -> None:
        self._near = NearCounter()
        self._threads = ThreadPoolExecutor(_THREADS, "ironclad-read-counts")
        self._again = float("-inf")  # monotonic

    def find(
        self,
        scope: Scope,
        authorization: bytes | None,
        cookie: bytes | None,
        *,
        everybody: bool,
    ) -> Reader | None:
        if cookie is not None:
            return None
        client = scope.get("client")
        place = _place(str(client[0]) if client else "")
        public = everybody or settings.PUBLIC_API
        if authorization is None:
            return Reader(_STRANGERS, place.caller, place.network) if public else None
        known = remembered.find(authorization)
        if known is None or not (public or allowed(known.caller, "users.read")):
            return None
        known.sight(place.address)
        key = known.caller.key
        traffic = known.caller.role == TRAFFIC
        return Reader(_KNOWN, key, place.network, known=key, traffic=traffic)

    def forget(self) -> None:
        remembered.forget()

    def count(self, scope: Scope, reader: Reader) -> Counted | Awaitable[Counted]:
        kind: Kind = "traffic" if reader.traffic else "default"
        subjects: Mapping[Subject, str]
        if reader.traffic:
            subjects = {"traffic": reader.caller}
        else:
            subjects = client_subjects(reader.network, reader.known)
        store = self._near.store(kind)
        if store is None and clock.monotonic() >= self._again:
            return self._count_far(scope, kind, subjects)
        return _counted(scope, kind, self._stands(store or here, kind, subjects))

    def _stands(
        self, store: LocMemCache, kind: Kind, subjects: Mapping[Subject, str]
    ) -> Standing:
        def one(subject: Subject, who: str, limit: str) -> Standing:
            return self._near.count(
                store, policy=kind, subject=subject, who=who, limit=limit
            )

        return standing_of(kind, subjects, one)

    async def _count_far(
        self, scope: Scope, kind: Kind, subjects: Mapping[Subject, str]
    ) -> Counted:
        loop = asyncio.get_running_loop()
        # Given up, it leaves the queue, or is no longer waited for.
        asked = loop.run_in_executor(self._threads, _stands_far, kind, subjects)
        try:
            standing = await asyncio.wait_for(asked, PATIENCE)
        except TimeoutError:
            self._again = clock.monotonic() + PAUSE
            standing = self._stands(here, kind, subjects)
        return _counted(scope, kind, standing)


def _stands_far(kind: Kind, subjects: Mapping[Subject, str]) -> Standing:
    request = HttpRequest()  # of which counting wants nothing

    def one(subject: Subject, who: str, limit: str) -> Standing:
        return count(request, policy=kind, subject=subject, who=who, limit=limit)

    return standing_of(kind, subjects, one)


def _counted(scope: Scope, kind: Kind, standing: Standing) -> Counted:
    told = standing.fields().items()
    headers = [(name.lower().encode(), value.encode()) for name, value in told]
    if not standing.over:
        return Counted(headers)
    scope["ironclad"].limited = standing.subject
    return Counted(headers, refusal(kind, standing))


class _Place(NamedTuple):
    """Where somebody asks from."""

    address: str
    network: str
    caller: str  # what stands for a stranger from there


@lru_cache(maxsize=4096)
def _place(peer: str) -> _Place:
    """The edge has settled who that is (ironclad.edge.forwarded)."""
    address = client_of(peer, "", 0)
    return _Place(address, network_of(address), short_hash(address))

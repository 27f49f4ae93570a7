"""List answers that are kept, to be told again while the database is left alone.

A list alone: a single user is asked for by whoever wants to know how it stands now. Nobody gets what
they could not read: where the API is not public, an answer is kept for the very credentials it
was given to. Used on the event loop alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from ironclad.clock import Clock
from ironclad.edge.protocol import Scope, header

_LIST = frozenset({"/api/users", "/api/users/"})
_ANSWERS = 200
_LARGEST = 64 * 1024  # bytes of one answer: a page of a hundred users has some 20 KB
_BYTES = 4 * 1024 * 1024  # of all together

Key = tuple[bytes, str]  # the query, and whom it was answered to


@dataclass(frozen=True, slots=True)
class Stale:
    """An answer from before, as it was then."""

    data: Any
    pagination: Any
    told: datetime
    age: float  # seconds


class Kept:
    def __init__(self, clock: Clock, *, most_age: float) -> None:
        self._clock = clock
        self._most_age = most_age  # seconds; 0: nothing is kept
        self._answers: OrderedDict[Key, tuple[bytes, datetime, float]] = OrderedDict()
        self._bytes = 0

    def wants(self, scope: Scope) -> bool:
        """Whether the answer to this request is one to keep."""
        listed = scope["method"] == "GET" and scope["path"] in _LIST
        return self._most_age > 0 and listed

    def keep(self, scope: Scope, body: bytes) -> None:
        key = _key(scope)
        self._forget(key)
        if len(body) > _LARGEST:
            return
        self._answers[key] = body, self._clock.now(), self._clock.monotonic()
        self._bytes += len(body)
        while len(self._answers) > _ANSWERS or self._bytes > _BYTES:
            self._forget(next(iter(self._answers)))

    def find(self, scope: Scope) -> Stale | None:
        """What was answered to the same question before, if not too long ago."""
        if scope["method"] not in {"GET", "HEAD"} or scope["path"] not in _LIST:
            return None
        found = self._answers.get(_key(scope))
        if found is None:
            return None
        body, told, read = found
        age = self._clock.monotonic() - read
        if age > self._most_age:
            return None
        answer = json.loads(body)
        return Stale(answer["data"], answer["meta"].get("pagination"), told, age)

    def _forget(self, key: Key) -> None:
        old = self._answers.pop(key, None)
        if old is not None:
            self._bytes -= len(old[0])


def _key(scope: Scope) -> Key:
    query = bytes(scope.get("query_string", b""))
    if settings.PUBLIC_API:
        return query, ""
    sent = [header(scope, name) or b"" for name in (b"authorization", b"cookie")]
    return query, hashlib.sha256(b"\0".join(sent)).hexdigest()

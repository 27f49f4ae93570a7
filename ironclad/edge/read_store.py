"""Good answers to reads as bytes, for as long as nothing has changed. Used on the event loop alone.

An answer is cut where `meta` tells of one request, so that telling it again is putting bytes
together: nothing is encoded, and Django is not asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from ironclad import envelope
from ironclad.edge.protocol import Headers
from ironclad.edge.snapshots import Snapshot

ENTRIES = 2000
BYTES = 32 * 1024 * 1024  # of all together
LARGEST = 256 * 1024  # bytes of one answer: a page of a hundred users has some 20 KB
# Of the answer that was kept, and not of whoever is told it again.
_OF_ONE_REQUEST = frozenset(
    {b"content-length", b"ratelimit", b"ratelimit-policy", b"x-request-id", b"date"}
)
ENTITY = frozenset({b"content-type", b"content-encoding"})  # which a 304 has not
_OVERHEAD = 1024  # bytes of an entry beside its answer: its key, its headers

# Who may read, the path, the query as it was sent: the answer's links repeat both.
Key = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    before: bytes  # up to the request's id
    after: bytes  # from after the duration
    headers: Headers
    unchanged: Headers  # those of a 304
    etag: str
    snapshot: Snapshot | None
    generation: Hashable

    @property
    def size(self) -> int:
        return len(self.before) + len(self.after) + _OVERHEAD

    def body(self, request_id: str, duration_ms: float) -> bytes:
        """The answer, with `meta` of this request."""
        now = envelope.timestamp(datetime.now(UTC))
        meta = f'{request_id}","timestamp":"{now}","duration":{round(duration_ms, 1)}'
        return b"".join((self.before, meta.encode(), self.after))


def entry(
    body: bytes, headers: Headers, *, snapshot: Snapshot | None, generation: Hashable
) -> Entry | None:
    """None for an answer that cannot be told again."""
    parts = envelope.split(body)
    if parts is None or len(body) > LARGEST:
        return None
    kept: Headers = []
    etag = ""
    for name, value in headers:
        lower = bytes(name).lower()
        if lower == b"set-cookie":
            return None
        if lower == b"etag":
            etag = value.decode("latin-1")
        if lower not in _OF_ONE_REQUEST:
            kept.append((lower, bytes(value)))
    return Entry(
        *parts,
        headers=kept,
        unchanged=[each for each in kept if each[0] not in ENTITY],
        etag=etag,
        snapshot=snapshot,
        generation=generation,
    )


class Store:
    """The least recently used goes first."""

    def __init__(self, *, entries: int = ENTRIES, most_bytes: int = BYTES) -> None:
        self._most_entries = entries
        self._most_bytes = most_bytes
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._generation: Hashable = None
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Key, generation: Hashable) -> Entry | None:
        """What was kept, if nothing has changed since."""
        self._turn(generation)
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def keep(self, key: Key, kept: Entry, generation: Hashable) -> None:
        """`generation` is that of now: what was read under an earlier one is dropped."""
        self._turn(generation)
        if kept.generation != generation:
            return
        self._forget(key)
        self._entries[key] = kept
        self.bytes += kept.size
        while len(self._entries) > self._most_entries or self.bytes > self._most_bytes:
            self._forget(next(iter(self._entries)))

    def _turn(self, generation: Hashable) -> None:
        if generation != self._generation:
            self._generation = generation
            self._entries.clear()
            self.bytes = 0

    def _forget(self, key: Key) -> None:
        old = self._entries.pop(key, None)
        if old is not None:
            self.bytes -= old.size

"""Whether the audit log is as it was written: a walk along it in batches, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DataError
from django.db.models import QuerySet

from sre_console.audit.chain import GENESIS, Content, Key
from sre_console.audit.checkpoint import beginning
from sre_console.audit.keys import known_keys
from sre_console.audit.walk import Broken, Link, Place, follows
from sre_console.models import AuditEntry

_BATCH = 1000  # entries
# A time beyond Python's, a number of too many digits, JSON too deep: by an owner's hand alone.
_UNREADABLE = (DataError, ValueError, RecursionError)
_NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry; kept elsewhere, it shows later that nothing was cut off."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Finding:
    """How far the log is as it was written, and the first entry that is not."""

    entries: int
    place: Place
    broken: Broken | None = None


def head() -> Head:
    newest = AuditEntry.objects.order_by("-id").values_list("id", "hash").first()
    return Head(*newest) if newest else Head(0, GENESIS)


def verify(expected: Head | None = None) -> Finding:
    """From the beginning to the newest entry.

    Without a head noted elsewhere it cannot see that the newest entries were all cut off.
    """
    keys = known_keys()
    place = beginning(keys)
    if isinstance(place, Broken):
        return Finding(0, Place(), place)
    if expected is not None and expected.number < place.number:
        expected = None  # its entry is in an archive by now
    entries = 0
    for found in walk(place, keys, above=None):
        if isinstance(found, Broken):
            return Finding(entries, place, found)
        place = found
        entries += 1
        noted = expected is not None and expected.number == place.number
        if noted and expected != Head(place.number, place.hash):
            return Finding(entries, place, Broken(place.number, "changed"))
    if expected and place.number < expected.number:
        broken = Broken(expected.number, "tail", place.number + 1)
        return Finding(entries, place, broken)
    return Finding(entries, place)


def walk(
    place: Place,
    keys: Mapping[str, Key],
    *,
    above: int | None,
    most: int | None = None,
) -> Iterator[Place | Broken]:
    """Each place in turn, or what is broken, and then no more; at most so many entries.

    It looks at the entries above a number: of the place, in a walk that goes on; at all that
    there are (None) in one that begins, so that none is hidden before the first.
    """
    links = stored(above, most=most)
    link = next(links, None)
    done = 0
    while link is not None and (most is None or done < most):
        after = next(links, None)
        found = follows(place, link, after, keys)
        yield found
        if isinstance(found, Broken):
            return
        place, link = found, after
        done += 1


def stored(above: int | None, *, most: int | None = None) -> Iterator[Link]:
    """Entries with a higher number, in order; by batches, so that nothing is held long.

    With `most`, one more than that.
    """
    left = None if most is None else most + 1
    while left is None or left > 0:
        size = _BATCH if left is None else min(_BATCH, left)
        entries = AuditEntry.objects.order_by("id")
        if above is not None:
            entries = entries.filter(id__gt=above)
        rows = _read(entries[:size])
        yield from map(link_of, rows)
        if len(rows) < size:
            return
        above = rows[-1].id
        left = None if left is None else left - len(rows)


def _read(entries: QuerySet[AuditEntry]) -> list[AuditEntry]:
    """Where one of them cannot be read at all, each by itself: a walk ends there, not here."""
    try:
        return list(entries)
    except _UNREADABLE:
        numbers = list(entries.values_list("id", flat=True))
    return [_read_one(number) for number in numbers]


def _read_one(number: int) -> AuditEntry:
    """One that nobody could have written by `record` tells nothing, so that no seal matches it."""
    found = AuditEntry.objects.filter(id=number)
    try:
        return found.get()
    except _UNREADABLE:
        sealed = ("previous_hash", "hash", "scheme", "key_id")
        return AuditEntry(id=number, at=_NO_TIME, **found.values(*sealed).get())


def link_of(entry: AuditEntry) -> Link:
    content = Content(
        number=entry.id,
        at=entry.at,
        actor=entry.actor,
        role=entry.role,
        via=entry.via,
        address=entry.address,
        request_id=entry.request_id,
        action=entry.action,
        subject=entry.subject,
        reason=entry.reason,
        before=entry.before,
        after=entry.after,
        detail=entry.detail,
    )
    return Link(content, entry.previous_hash, entry.hash, entry.scheme, entry.key_id)

"""One step along the chain: does this entry follow that place? Pure.

It finds the first entry that is not as it was written, and says as much as can be known of why.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sre_console.audit.chain import GENESIS, PLAIN, SEALED, Content, Key, digest, seal

Why = Literal["changed", "missing", "forged", "order", "tail", "checkpoint"]
WHYS: tuple[Why, ...] = get_args(Why)
_LONGEST = 100_000  # characters of an entry that is looked for under other numbers
_NEARBY = 1000  # numbers that a moved entry is looked for under, either way


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk has come to: all up to this entry is as it was written."""

    number: int = 0
    hash: str = GENESIS
    sealed: bool = False  # whether a sealed entry was met; no plain one comes after


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is stored."""

    content: Content
    previous: str
    hash: str
    scheme: int
    key_id: str

    @property
    def number(self) -> int:
        return self.content.number


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is wrong.

    `other`: of missing ones the first number, of a moved one its own number.
    """

    number: int
    why: Why
    other: int | None = None


def follows(
    place: Place, link: Link, after: Link | None, keys: Mapping[str, Key]
) -> Place | Broken:
    """The next place, or what is wrong with this entry; `after` is the one behind it."""
    if (
        link.number <= place.number
    ):  # before the first one, or put back after its archiving
        return Broken(link.number, "forged")
    broken = (
        _plain(place, link, after)
        if link.scheme == PLAIN
        else _sealed(place, link, after, keys)
    )
    return broken or Place(link.number, link.hash, sealed=link.scheme == SEALED)


def _plain(place: Place, link: Link, after: Link | None) -> Broken | None:
    if place.sealed:
        return Broken(link.number, "forged")
    if link.previous != place.hash:
        return _torn(place, link)
    if not _same(link.hash, digest(link.content, link.previous)):
        return Broken(link.number, _changed(link, after))
    return None


def _sealed(
    place: Place, link: Link, after: Link | None, keys: Mapping[str, Key]
) -> Broken | None:
    key = keys.get(link.key_id) if link.scheme == SEALED else None
    if key is None:
        return Broken(link.number, "forged")
    if link.number != place.number + 1:
        return Broken(link.number, "missing", place.number + 1)
    if not _genuine(link, key):
        own = _own_number(link, key)
        if own is not None:
            return Broken(link.number, "order", own)
        return Broken(link.number, _changed(link, after))
    return None if link.previous == place.hash else _torn(place, link)


def _torn(place: Place, link: Link) -> Broken:
    """A genuine entry that was written after another one than stands before it."""
    if place.number and link.number == place.number + 1:
        return Broken(place.number, "changed")
    return Broken(link.number, "missing", place.number + 1)


def _changed(link: Link, after: Link | None) -> Why:
    """Where the next entry follows another one than this, this one was put in."""
    return "forged" if after and after.previous != link.hash else "changed"


def _genuine(link: Link, key: Key) -> bool:
    try:
        return _same(link.hash, seal(link.content, link.previous, key, link.key_id))
    except (ValueError, RecursionError):
        return False  # what JSON cannot say was never sealed


def _own_number(link: Link, key: Key) -> int | None:
    """The number that a genuine entry was given, where it stands under another one.

    Not of one so long that to look would take minutes.
    """
    if len(str(link.content)) > _LONGEST:
        return None
    for away in range(1, _NEARBY + 1):
        for number in (link.number + away, link.number - away):
            moved = replace(link, content=replace(link.content, number=number))
            if _genuine(moved, key):
                return number
    return None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

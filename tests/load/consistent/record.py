"""What the clients write down: every write, every answer, on one process's monotonic clock.

A moment is taken before the first byte is sent and after the last one is read, so what the
servers did lies between them, however busy the machine is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import inf

# id, name, email, created_at, updated_at: as the answers show them
Row = tuple[int, str, str, str, str]
_NAME = re.compile(r"\w+ (\w\d{3}) (\d{5})")


def name_of(word: str, user: str, number: int) -> str:
    """A name that no other write gives, of one length: any collation sorts it alike."""
    return f"{word} {user} {number:05}"


def origin(row: Row) -> tuple[str, int] | None:
    """Whose row it is and which of the user's writes gave it; None for a stranger's."""
    found = _NAME.fullmatch(row[1])
    return (found[1], int(found[2])) if found else None


@dataclass(slots=True)
class Version:
    """One write to one user. Only one is in flight for a user, so they have an order.

    `row` is None after a delete, and while nobody knows what an unanswered write left.
    `acked` is when its answer said that it took effect, `inf` where none did.
    `taken` is by when it must have: the earliest answer that told of it.
    """

    user: str
    number: int
    began: float
    replica: int = 0
    row: Row | None = None
    deletes: bool = False
    acked: float = inf
    taken: float = inf
    etag: str | None = None
    version: str = ""  # of the database, in X-Ironclad-Version
    created: int = 0  # microseconds of the epoch
    updated: int = 0
    failed: str = ""  # what came instead of a success


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked for."""

    search: str = ""
    ordering: str = "id"
    limit: int = 20
    offset: int = 0
    walks: bool = False  # by cursor: from `after`, or from the start
    after: Version | None = (
        None  # the state of the user that the page before ended with
    )


@dataclass(frozen=True, slots=True)
class Page:
    """What a list answers."""

    rows: tuple[Row, ...]
    total: int | None
    more: bool  # is there a next page
    less: bool  # is there a previous one


@dataclass(frozen=True, slots=True)
class Single:
    """What /api/users/{id} answers: a row with its tag, a tag alone (304), or neither (404)."""

    row: Row | None
    etag: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One read. `named` is the write whose version it sent along."""

    replica: int
    began: float
    ended: float
    asked: Query | tuple[str, int]  # or a user and the id
    got: Page | Single
    named: Version | None = None
    cache: str = ""  # X-Cache
    etag: str = ""  # of a list


@dataclass(slots=True)
class Record:
    """A whole run. `users` has the versions of each in their order."""

    users: dict[str, list[Version]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)  # reads that were not answered

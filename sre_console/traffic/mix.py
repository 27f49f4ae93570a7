"""What kind of request comes next: a seeded shuffle of a fixed mix."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from random import Random


class Kind(Enum):
    LIST = "list"
    GET = "get"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


# Of a hundred requests. As many deletes as creates: the users never pile up.
SHARES = {
    Kind.LIST: 22,
    Kind.GET: 48,
    Kind.SEARCH: 10,
    Kind.CREATE: 6,
    Kind.UPDATE: 8,
    Kind.DELETE: 6,
}


def kinds(random: Random) -> Iterator[Kind]:
    """Without end: each hundred holds exactly the shares, in an order of its own.

    A shuffle and not a cycle, so that evenly paced errors do not always hit the
    same kind of request; seeded, so that a demonstration repeats.
    """
    deck = [kind for kind, share in SHARES.items() for _ in range(share)]
    while True:
        random.shuffle(deck)
        yield from deck

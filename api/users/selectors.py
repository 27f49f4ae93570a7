"""What is read about users."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from api.envelope import Encoded
from api.users.asked import Asked
from api.users.models import User
from api.users.statement import statement
from ironclad import envelope
from ironclad.database.prepared import row
from ironclad.errors import NotFound


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and what is known of the rest."""

    data: Encoded  # its rows
    rows: int
    more: bool  # in the way that was asked for
    counted: int  # of the whole list, up to BOUND + 1 unless all of it was asked for
    snapshot: str
    first: tuple[str, ...] = ()  # where a walk by cursor goes on, either way
    last: tuple[str, ...] = ()


def user_page(asked: Asked) -> Page:
    text, values = statement(asked)
    # What a search finds decides how it is best found: that is planned each time.
    told, found, counted, snapshot, *edges = row(text, values, prepare=not asked.search)
    return Page(
        Encoded(f"[{told or ''}]".encode()),
        min(found, asked.limit),
        found > asked.limit,
        counted,
        snapshot,
        *(tuple(json.loads(edge or "[]")) for edge in edges),
    )


def user_get(user_id: int) -> User:
    try:
        return User.objects.get(pk=user_id)
    except User.DoesNotExist as error:
        raise NotFound from error


def etag(user: User) -> str:
    """A strong entity tag: no two states of one user share a microsecond."""
    microseconds = int(user.updated_at.timestamp()) * 1_000_000
    return f'"{user.pk}-{microseconds + user.updated_at.microsecond}"'


def list_etag(page: Page, pagination: Mapping[str, object]) -> str:
    """A weak one: the rest of `meta` is another one each time."""
    told = blake2b(page.data, digest_size=16)
    told.update(envelope.encode(pagination))
    return f'W/"{told.hexdigest()}"'

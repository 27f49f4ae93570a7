"""A place in an ordered list as a client carries it: opaque, and signed.

It holds the values of a row by which the list is ordered. Those come from a client again, so a
token that we have not made, or made for another search or ordering, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from ironclad.errors import ValidationFailed

_LONGEST = 4096  # characters; names and emails have up to 255
_SALT = "api.users.cursor"


@dataclass(frozen=True, slots=True)
class Place:
    """Just after this row, or just before it."""

    values: tuple[str, ...]  # one a term, as PostgreSQL writes them
    back: bool  # what comes before it is asked for
    offset: int  # rows before the page, by the walk's own count


def token(place: Place, topic: str) -> str:
    held = [int(place.back), place.offset, *place.values]
    # Its JSON has twelve characters for one that is beyond 16 bits: 255 of them would not fit.
    return _signer(topic).sign_object(held, compress=True)


def read(token: str, topic: str) -> Place:
    """Raises ValidationFailed for one that is not ours, or belongs to another list."""
    try:
        back, offset, *values = _signer(topic).unsign_object(token[:_LONGEST])
    except signing.BadSignature as error:
        message = (
            "Send a cursor as an answer gave it, with the same search and ordering;"
            " an empty one to begin anew."
        )
        raise ValidationFailed(message, field="cursor") from error
    return Place(tuple(values), bool(back), offset)


def _signer(topic: str) -> signing.Signer:
    return signing.Signer(salt=f"{_SALT}\0{topic}", sep=".")

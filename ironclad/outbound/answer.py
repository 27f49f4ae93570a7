"""What another system answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ironclad.errors import IroncladError


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[
        str, str
    ]  # by name in lower case; what is repeated is joined by commas
    body: bytes  # as it was sent; it is asked for uncompressed


class AddressForbidden(IroncladError):  # noqa: N818 - read as a sentence
    """The destination's address is not of the public internet, and it has to be."""

    default_message = "The destination has an internal address."


class AnswerTooLarge(IroncladError):  # noqa: N818 - read as a sentence
    """The body went on beyond the limit; nothing of it was kept."""

    default_message = "Another system answered with more than is read."

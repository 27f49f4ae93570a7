"""Who did it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a program with a token, or Ironclad itself."""

    name: str
    role: str
    request_id: str = ""
    address: str = ""  # the client's, as the last trusted proxy saw it
    scopes: frozenset[str] | None = None  # of a token; None: not by token
    via: str = ""  # session, token NAME, command, system


SYSTEM = Actor(name="ironclad", role="system", via="system")

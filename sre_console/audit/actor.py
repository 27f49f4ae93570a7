"""Who did it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a program with a token, or Ironclad itself."""

    name: str
    role: str
    request_id: str = ""


SYSTEM = Actor(name="ironclad", role="system")

"""Where the service reads its DATABASE_URL, and what has to start anew to read another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Published:
    """What lies there. `rotation` names the change that wrote it."""

    url: str
    rotation: str
    finished: bool  # nobody needs the password before it any more


@dataclass(frozen=True, slots=True)
class Rollout:
    done: bool  # every process was started after the publication
    stuck: str = ""  # why it will not become done by waiting


class Place(Protocol):
    def read(self) -> Published:
        """Raises RotationStopped where there is nothing to read."""

    def publish(self, url: str, rotation: str) -> None:
        """Put another address there, in one step, marked as unfinished.

        Raises RotationStopped where somebody else has written there since `read`.
        """

    def finish(self, rotation: str) -> None:
        """Mark that the password before it is gone."""


class Service(Protocol):
    def restart(self, rotation: str) -> None:
        """Have every process replaced, once more where it was done before."""

    def look(self, rotation: str) -> Rollout:
        """How far that is. Raises ApiAway where it can't be seen just now."""

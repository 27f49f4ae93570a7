"""What the probes ask of the rest of the system."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency, looked at from outside the request pool."""

    healthy: bool
    duration: float = 0.0  # seconds
    message: str = ""  # for a person; no address, no credentials

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {
            "status": "healthy" if self.healthy else "unhealthy",
            "duration": round(self.duration * 1000, 1),
        }
        if self.message:
            told["message"] = self.message
        return told


async def _healthy(_begins: Callable[[], None]) -> Check:
    return Check(healthy=True)


@dataclass(frozen=True, slots=True)
class Checks:
    """`database` must answer by itself well within 5 s, whatever the database does.

    It calls what it is given when it begins to ask (see `SingleFlight`).
    """

    database: Callable[[Callable[[], None]], Awaitable[Check]] = _healthy
    # Whether the tables are those this version needs; asked until the first yes.
    migrated: Callable[[], Awaitable[bool]] | None = None
    # The circuit breakers of this process, as JSON.
    breakers: Callable[[], list[dict[str, object]]] = list

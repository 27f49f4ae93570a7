"""What the patterns, and the faults injected behind them, did to one request."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from ironclad.resilience.patterns import Pattern


@dataclass(slots=True)
class Effects:
    """Shared by the edge and the thread that serves the request; the edge reads it last."""

    method: str
    path: str
    calls: int = 0  # attempts that were let through to the dependency
    retries: int = 0
    refused: Pattern | None = None  # what refused or cut it
    plan: int = 0  # version of the fault plan that injected what follows
    dependency_errors: int = 0
    dependency_delays: int = 0
    concealed: bool = False  # nobody is told that those were injected
    degraded: bool = False  # answered from what was kept

    @property
    def injected(self) -> bool:
        """Whether a fault of the dependency was injected into it."""
        return self.dependency_errors > 0 or self.dependency_delays > 0


effects: ContextVar[Effects | None] = ContextVar("effects", default=None)

"""What is asked of whoever injects faults behind the patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DependencyFault:
    """What the fault plan in force has in store for one attempt."""

    version: int  # of the plan
    delay: float = 0.0  # seconds
    error: bool = False
    concealed: bool = False  # nobody is told that it was injected


class DependencyFaults(Protocol):
    """Asked by the threads that serve requests."""

    def decide(self, method: str, path: str, attempt: int) -> DependencyFault | None:
        """The decision for an attempt (from 1) of this request; None: it is not targeted."""

    def hold(self, fault: DependencyFault, most: float) -> float:
        """Block for the decided delay, `most` seconds at the longest; seconds that passed.

        Returns early when the plan ends.
        """

    def stands(self, fault: DependencyFault) -> bool:
        """Whether a decided error may still be raised."""


class NoFaults:
    def decide(self, method: str, path: str, attempt: int) -> DependencyFault | None:
        del method, path, attempt
        return None

    def hold(self, fault: DependencyFault, most: float) -> float:
        del fault, most
        return 0.0

    def stands(self, fault: DependencyFault) -> bool:
        del fault
        return False

"""What a server that leaves goes by; `ironclad.edge.server` does the leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _nothing() -> None:
    """Where nothing is held, nothing is to be woken."""


@dataclass(slots=True)
class Drain:
    delay: float = 0.0  # seconds of being not ready, and still taking connections
    deadline: float = 25.0  # seconds from the signal, after which the rest is cut
    hurry: Callable[[], None] = (
        _nothing  # ends what only waits, such as injected delays
    )
    began: bool = False
    replaced: bool = False  # by another process on the same port: that one is ready

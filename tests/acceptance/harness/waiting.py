"""Waiting for a condition with a deadline, never for a time on hope."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_STEP = 0.05  # seconds between two looks
# Whoever steps back for others (the CI's patient tests) may get nothing for a while.
PATIENCE = 3 if os.nice(0) > 0 else 1


def until(check: Callable[[], T | None], seconds: float, what: str) -> T:
    """The first true value of `check`.

    Raises AssertionError after `seconds`, or `PATIENCE` times as many.
    """
    ends = time.monotonic() + seconds * PATIENCE
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > ends:
            raise AssertionError(f"{what}: not within {seconds:g} s (last: {value!r})")
        time.sleep(_STEP)


def paced(seconds: float, every: float) -> Callable[[], bool]:
    """A loop condition that is true on each whole step for `seconds`."""
    began = time.monotonic()
    step = 0

    def next_step() -> bool:
        nonlocal step
        step += 1
        time.sleep(max(0.0, began + step * every - time.monotonic()))
        return step * every <= seconds

    return next_step

"""What the person at the terminal sees: one line a step, and how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ironclad.embedded.failure import StartError


def say(line: str) -> None:
    print(line, flush=True)


def warn(line: str) -> None:
    say(f"! {line}")


def fail(error: StartError) -> None:
    """What happened and what to do, in two lines, where errors belong."""
    print(error.lines(), file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says when the step is done and what it took; says nothing when it fails."""
    began = time.monotonic()
    live = sys.stdout.isatty()
    if live:
        print(f"… {name}", end="", flush=True)
    try:
        yield
    except BaseException:
        if live:
            print("\r\033[K", end="", flush=True)
        raise
    clear = "\r\033[K" if live else ""
    say(f"{clear}✓ {name} ({time.monotonic() - began:.1f} s)")

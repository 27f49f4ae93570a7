"""How many cores there are for this process."""

from __future__ import annotations

import os
from contextlib import suppress


def cores() -> int:
    """That it may use, where the system tells; else that there are."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

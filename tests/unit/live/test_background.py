"""The background's bulkhead counts the threads that are busy, and what they turned away."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

import pytest

from sre_console.live.background import BackgroundThreads
from sre_console.live.worker import Busy, Worker


class Listening:
    busy = True


class Parts:
    listener = Listening()

    def __init__(self) -> None:
        self.workers = [Worker("flush"), Worker("evaluate")]


async def test_a_busy_thread_is_in_use_and_what_it_refuses_is_counted() -> None:
    parts, hangs = Parts(), threading.Event()
    background = BackgroundThreads(cast("Any", parts))
    assert (background.in_use, background.limit, background.refused) == (1, 3, 0)
    flush = parts.workers[0]
    call = asyncio.create_task(flush.run(hangs.wait, within_seconds=5))
    await asyncio.sleep(0)  # it has begun
    with pytest.raises(Busy):
        await flush.run(lambda: None, within_seconds=5)
    assert (background.in_use, background.refused) == (2, 1)
    hangs.set()
    await call
    assert background.in_use == 1

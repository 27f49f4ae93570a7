from __future__ import annotations

import threading

import pytest

from ironclad.errors import DatabaseUnavailable
from sre_console.live.worker import Busy, Worker


async def test_it_runs_in_one_thread_of_its_own() -> None:
    worker = Worker("w")
    threads = {
        await worker.run(threading.get_ident, within_seconds=5) for _ in range(3)
    }
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


async def test_a_failure_is_raised_and_the_next_call_works() -> None:
    worker = Worker("w")

    def fail() -> None:
        raise DatabaseUnavailable

    with pytest.raises(DatabaseUnavailable):
        await worker.run(fail, within_seconds=5)
    assert await worker.run(lambda: 1, within_seconds=5) == 1


async def test_while_a_call_hangs_the_next_is_refused_not_queued() -> None:
    worker, hangs = Worker("w"), threading.Event()
    with pytest.raises(TimeoutError):
        await worker.run(hangs.wait, within_seconds=-0.45)
    with pytest.raises(Busy):
        await worker.run(lambda: 1, within_seconds=5)
    hangs.set()

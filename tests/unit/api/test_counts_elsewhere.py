"""Reads whose counts are across the network: waited for a moment, and no longer."""

from __future__ import annotations

import inspect
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from api import reads
from api.reads import EdgeReaders
from ironclad.clock import clock
from ironclad.edge.read_parts import Counted, Reader
from ironclad.rate_limits import counting
from ironclad.rate_limits.rate import Standing, rate
from tests.clock import FakeClock

READER = Reader("strangers", "s", "192.0.2.7")


class Away:
    """Counts in a store that answers only when it is `found`."""

    def __init__(self) -> None:
        self.found = threading.Event()
        self.asked = 0

    def __call__(self, _request: object, **_asked: Any) -> Standing:
        self.asked += 1
        assert self.found.wait(10)
        return Standing("default", rate("100/m"), 93, 5, "address")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    made = Away()
    monkeypatch.setattr(reads, "count", made)
    counting.here.clear()
    return made


async def counted(readers: EdgeReaders) -> Counted:
    told = readers.count({"ironclad": SimpleNamespace(limited=None)}, READER)
    return await told if inspect.isawaitable(told) else told


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    made = FakeClock()
    monkeypatch.setattr(reads, "clock", made)
    return made


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> EdgeReaders:
    made = EdgeReaders()
    monkeypatch.setattr(made._near, "store", lambda _policy: None)
    return made


async def test_one_that_is_late_is_counted_here(
    away: Away, time: FakeClock, readers: EdgeReaders
) -> None:
    began = clock.monotonic()
    try:
        for _ in range(20):
            assert (await counted(readers)).refused is None
        assert clock.monotonic() - began < 8 * reads.PATIENCE
        assert away.asked == 1  # nobody else waits for a while
        time.advance(reads.PAUSE)
        await counted(readers)
    finally:
        away.found.set()
    time.advance(reads.PAUSE)
    assert (b"ratelimit", b'"default";r=7;t=5') in (await counted(readers)).headers
    assert away.asked == 3

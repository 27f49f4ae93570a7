"""Counts in this process: by the clock as it is now."""

from __future__ import annotations

import pytest
from django.core.cache.backends.locmem import LocMemCache

from ironclad.rate_limits.near import NearCounter
from ironclad.rate_limits.rate import Standing


@pytest.mark.parametrize("back", [60, 7200])
def test_a_clock_that_is_set_back_lengthens_no_window(
    monkeypatch: pytest.MonkeyPatch, back: int
) -> None:
    store, counter = LocMemCache(f"near-{back}", {}), NearCounter()
    now = 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: now)

    def count() -> Standing:
        told = counter.count(
            store, policy="default", subject="address", who="a", limit="2/m"
        )
        assert told.resets <= 61
        return told

    assert [count().over for _ in range(3)] == [False, False, True]
    now -= back
    assert not count().over

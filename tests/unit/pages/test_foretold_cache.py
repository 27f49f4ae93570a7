"""Forecasts are made once for a while."""

from __future__ import annotations

from sre_console.pages.foretold_cache import ForetoldCache
from tests.clock import FakeClock


def test_a_forecast_is_made_once_a_minute_and_anew_for_another_text() -> None:
    clock, made = FakeClock(), []

    def make(name: str) -> dict[str, object]:
        made.append(name)
        return {"seconds": len(made)}

    cache = ForetoldCache(make, by=clock)
    assert cache.known("a", "one") is None
    assert cache.of("a", "one") == cache.of("a", "one") == {"seconds": 1}
    assert cache.known("a", "one") == {"seconds": 1}
    assert cache.of("a", "two") == {"seconds": 2}
    clock.advance(61)
    assert cache.known("a", "one") is None
    assert cache.of("a", "one") == {"seconds": 3}

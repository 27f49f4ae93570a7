from __future__ import annotations

import pytest

from sre_console.slo import capacity


def test_two_extra_tries_hide_most_errors_and_raise_the_load() -> None:
    assert capacity.visible_error_ratio(0.1, 2) == pytest.approx(0.001)
    assert capacity.retry_load(0.1, 2) == pytest.approx((1 - 0.1**3) / 0.9)
    assert capacity.retry_load(1.0, 2) == 3


def test_an_even_stream_is_refused_above_its_slots_only() -> None:
    assert capacity.refused_evenly(16, 32) == 0
    assert capacity.refused_evenly(64, 32) == 0.5


@pytest.mark.parametrize(("a", "c", "refused"), [(1, 1, 0.5), (2, 2, 0.4), (0, 5, 0)])
def test_a_random_stream_follows_erlang_b(a: float, c: int, refused: float) -> None:
    assert capacity.refused_randomly(a, c) == pytest.approx(refused)

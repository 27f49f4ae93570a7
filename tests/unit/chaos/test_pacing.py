from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sre_console.chaos.pacing import PPM, Accumulator, Draw

ppm = st.integers(0, PPM)


@given(ppm, st.integers(0, 5000))
def test_after_n_requests_exactly_floor_of_n_times_the_rate_are_hit(
    share: int, count: int
) -> None:
    pacer = Accumulator(share / PPM)
    assert sum(pacer.step() for _ in range(count)) == count * share // PPM


@given(ppm, st.integers(1, 500))
def test_request_i_is_hit_iff_the_floor_rises_there(share: int, count: int) -> None:
    pacer = Accumulator(share / PPM)
    for i in range(1, count + 1):
        assert pacer.step() == (i * share // PPM > (i - 1) * share // PPM)


def test_seven_percent_hits_the_fifteenth_request_first() -> None:
    pacer = Accumulator(0.07)
    hits = [i for i in range(1, 101) if pacer.step()]
    assert hits == [15, 29, 43, 58, 72, 86, 100]


def test_no_rounding_error_builds_up() -> None:
    pacer = Accumulator(0.1)
    assert sum(pacer.step() for _ in range(100_000)) == 10_000


def test_a_rate_of_one_hits_every_request_and_zero_none() -> None:
    assert all(Accumulator(1).step() for _ in range(10))
    assert not any(Accumulator(0).step() for _ in range(10))


def test_random_pacing_repeats_with_its_seed() -> None:
    one, two = (Draw(0.3, random.Random(7)) for _ in range(2))
    drawn = [one.step() for _ in range(50)]
    assert drawn == [two.step() for _ in range(50)]
    assert any(drawn)
    assert not all(drawn)

"""The arithmetic of sizing, and a line through measured points."""

from __future__ import annotations

import pytest

from tests.load.capacity import Cost, left, replicas
from tests.load.sizing import line

COST = Cost(idle=0.05, request=0.005)


def test_cores_and_rate_are_each_others_inverse() -> None:
    assert COST.cores(40) == pytest.approx(0.25)
    assert COST.rate(COST.cores(40)) == pytest.approx(40)


def test_a_pod_that_idling_uses_up_carries_nothing() -> None:
    assert COST.rate(0.04) == 0


@pytest.mark.parametrize(("load", "wanted"), [(0, 3), (75, 3), (75.1, 4), (250, 10)])
def test_replicas_are_rounded_up_from_the_least(load: float, wanted: int) -> None:
    assert replicas(load, 25, least=3, most=10) == wanted


def test_a_load_beyond_the_most_has_no_answer() -> None:
    assert replicas(250.1, 25, least=3, most=10) is None


@pytest.mark.parametrize(("before", "after"), [(3, 2), (4, 2), (6, 4), (10, 6)])
def test_the_fullest_zone_is_the_one_that_goes(before: int, after: int) -> None:
    assert left(before) == after


def test_a_line_through_exact_points_is_that_line() -> None:
    found = line([(rate, COST.cores(rate)) for rate in (0.0, 19.5, 38.0)])
    assert (found.idle, found.request) == pytest.approx((0.05, 0.005))

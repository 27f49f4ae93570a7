"""Places and round numbers of the report's axes."""

from __future__ import annotations

import pytest

from tests.load.shaped.scale import Scale, fit, nice, told


def test_a_place_is_between_0_and_1() -> None:
    scale = Scale(0, 50)
    assert [scale.at(value) for value in (-1, 0, 25, 50, 60)] == [0, 0, 0.5, 1, 1]


def test_a_logarithmic_place_is_by_the_ratio() -> None:
    assert Scale(1, 100, logarithmic=True).at(10) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("step", "round_one"), [(7, 10), (0.13, 0.2), (25, 25), (3, 5)]
)
def test_steps_are_round(step: float, round_one: float) -> None:
    assert nice(step) == pytest.approx(round_one)


@pytest.mark.parametrize("high", [0.3, 1, 7, 42, 99, 1234])
def test_all_values_fit_and_the_ticks_are_few(high: float) -> None:
    scale = fit([0, high])
    assert scale.high >= high
    assert 3 <= len(scale.ticks()) <= 7
    assert scale.ticks()[0] == 0


@pytest.mark.parametrize("values", [[3, 8], [1, 900], [0.2, 30_000]])
def test_ticks_of_latencies_are_few_however_far_they_reach(values: list[float]) -> None:
    scale = fit(values, logarithmic=True)
    assert 1 <= len(scale.ticks()) <= 7
    assert scale.at(max(values)) <= 1


def test_nothing_to_show_has_an_axis_all_the_same() -> None:
    assert fit([]).ticks()
    assert fit([], logarithmic=True).ticks()
    assert fit([float("nan"), float("inf")]).high == 1


def test_numbers_are_told_in_short() -> None:
    assert [told(v) for v in (0, 0.5, 2.5, 40, 1200)] == [
        "0",
        "0.5",
        "2.5",
        "40",
        "1,200",
    ]

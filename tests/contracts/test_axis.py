"""The marks of an axis in the dashboards' pictures are such as people count in."""

from __future__ import annotations

import pytest

from tests.stack.panels.axis import marks

_PLAIN: dict[str, object] = {"unit": "percentunit", "custom": {}}


def test_a_highest_value_that_is_set_stays_and_the_steps_are_round() -> None:
    found = marks([0.478, 1.0], {**_PLAIN, "max": 1})
    assert found == pytest.approx([0.4, 0.6, 0.8, 1.0])


def test_bytes_go_by_powers_of_two() -> None:
    found = marks([10.3 * 2**20], {"unit": "bytes", "custom": {}, "min": 0})
    assert found == [0, 4 * 2**20, 8 * 2**20, 12 * 2**20]


@pytest.mark.parametrize(("least", "first"), [(0.97, 0.9), (0.71, 0.7)])
def test_a_soft_minimum_gives_way_to_what_is_lower(least: float, first: float) -> None:
    panel = {**_PLAIN, "custom": {"axisSoftMin": 0.9}, "max": 1}
    assert marks([least, 1.0], panel)[0] == pytest.approx(first)


def test_what_is_counted_has_no_halves() -> None:
    assert marks([2.0, 1.0], {"unit": "none", "custom": {}, "min": 0}) == [0, 1, 2]


@pytest.mark.parametrize("values", [[], [0.0], [-3.0, -3.0], [1e-9, 5e9]])
def test_there_are_always_two_marks_around_all_values(values: list[float]) -> None:
    found = marks(values, _PLAIN)
    assert len(found) >= 2
    assert all(found[0] <= value <= found[-1] * 1.000001 for value in values)

from __future__ import annotations

import pytest

from sre_console.pages.places import GAP, GROUP, MOST, Place, Places


def test_the_first_consoles_never_wait() -> None:
    places = Places()
    assert {places.take().wait for _ in range(GROUP)} == {0}  # type: ignore[union-attr]


def test_later_consoles_are_served_in_groups() -> None:
    assert Place(GROUP).wait == GAP
    assert Place(2 * GROUP - 1).wait == GAP
    assert Place(2 * GROUP).wait == pytest.approx(2 * GAP)


def test_even_the_last_console_is_served_within_half_a_second() -> None:
    assert Place(MOST - 1).wait < 0.5


def test_there_is_an_end_to_the_places() -> None:
    places = Places(2)
    first, second = places.take(), places.take()
    assert first is not None
    assert second is not None
    assert places.take() is None
    places.give_back(first)
    assert places.take() == first
    assert places.taken == 2


def test_the_lowest_free_number_goes_first() -> None:
    places = Places(5)
    taken = [places.take() for _ in range(4)]
    places.give_back(taken[2])  # type: ignore[arg-type]
    places.give_back(taken[0])  # type: ignore[arg-type]
    assert places.take() == Place(0)
    assert places.take() == Place(2)


def test_it_is_told_as_a_bounded_compartment() -> None:
    places = Places(1)
    assert (places.in_use, places.limit, places.waiting) == (0, 1, 0)
    places.take()
    assert places.take() is None
    assert (places.in_use, places.refused) == (1, 1)

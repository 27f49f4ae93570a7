"""What a shape asks for, and when it is over."""

from __future__ import annotations

import pytest

from tests.load.shaped.book import Book
from tests.load.shaped.knee import Ramp
from tests.load.shaped.shapes import read


def rates(words: str, *moments: float) -> list[float | None]:
    shape = read(words)
    return [shape.rate(moment, Book()) for moment in moments]


def test_a_steady_rate_for_its_time() -> None:
    assert rates("steady:50:10", 0, 9.99, 10) == [50, 50, None]


def test_a_spike_is_so_many_times_its_base() -> None:
    seen = rates("spike:25:4:30:10", 0, 9.9, 10, 39.9, 40, 49.9, 50)
    assert seen == [25, 25, 100, 100, 25, 25, None]


def test_a_ramp_begins_at_its_first_rate() -> None:
    assert isinstance(read("ramp:40:8"), Ramp)
    assert rates("ramp:40:8", 0) == [40]


@pytest.mark.parametrize("words", ["cliff:1", "steady", "steady:x:1", "spike:1"])
def test_what_is_no_shape_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(words)

from __future__ import annotations

import pytest

from sre_console.capacity.headroom import bends_first, headroom
from sre_console.capacity.saturation import saturations
from tests.unit.capacity.stage import ONE, TWO, taken, used


def test_it_bears_more_in_proportion_until_the_first_resource_is_full() -> None:
    found = saturations([used(cpu=0.3, machine=0.2)], None)
    room = headroom(50.0, found, None)
    assert room is not None
    assert room.first is not None
    assert (room.first.resource, room.first.replica) == ("cpu", ONE)
    assert room.bears == pytest.approx(150)  # 0.9 of a core, at 0.3 for 50
    assert room.more == pytest.approx(100)
    assert room.share == pytest.approx(1 / 3)


def test_the_busiest_replica_is_the_one_that_bends() -> None:
    found = saturations([used(cpu=0.2), used(TWO, cpu=0.45)], None)
    room = headroom(100.0, found, None)
    assert room is not None
    assert room.first is not None
    assert room.first.replica == TWO
    assert room.bears == pytest.approx(200)


def test_a_measured_knee_that_comes_first_bounds_it() -> None:
    found = saturations([used(cpu=0.3)], None)
    room = headroom(50.0, found, 90.0)
    assert room is not None
    assert (room.bears, room.more, room.first) == (90.0, 40.0, None)


def test_a_knee_beyond_it_does_not() -> None:
    room = headroom(50.0, saturations([used(cpu=0.3)], None), 900.0)
    assert room is not None
    assert room.bears == pytest.approx(150)


def test_past_what_it_bears_nothing_is_left() -> None:
    room = headroom(50.0, saturations([used(cpu=1.0)], None), None)
    assert room is not None
    assert room.more == 0
    assert room.share == pytest.approx(1 / 0.9)


@pytest.mark.parametrize("rate", [None, 0.0, 0.5])
def test_too_few_requests_say_nothing_of_many(rate: float | None) -> None:
    assert headroom(rate, saturations([used()], None), 100.0) is None


def test_a_resource_that_is_hardly_used_says_nothing() -> None:
    quiet = used(cpu=0.01, machine=None, slots=taken(0.01), pool=taken(0.0))
    assert headroom(50.0, saturations([quiet], None), None) is None
    assert bends_first(saturations([quiet], None)) is None


def test_what_does_not_grow_with_requests_bends_first_only_when_it_is_near() -> None:
    half, near = taken(0.6), taken(0.9)
    first = bends_first(saturations([used(consoles=half)], None))
    assert first is not None
    assert first.resource == "cpu"
    first = bends_first(saturations([used(consoles=near)], None))
    assert first is not None
    assert first.resource == "consoles"

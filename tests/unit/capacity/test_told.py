from __future__ import annotations

from math import inf, nan

import pytest

from sre_console.capacity.told import used_read
from tests.unit.capacity.stage import ONE, used


def test_a_replica_is_read_as_it_has_told() -> None:
    found = used(cache={"hit": 9.0, "miss": 1.0, "bypass": 0.0, "entries": 5, "bytes": 7, "fresh": True})  # fmt: skip
    assert (found.replica, found.rate, found.cpu, found.cores) == (ONE, 50.0, 0.3, 4.0)
    assert found.slots is not None
    assert (found.slots.in_use, found.slots.limit) == (1.0, 32.0)
    assert found.cache is not None
    assert (found.cache.hit_ratio, found.cache.entries, found.cache.fresh) == (0.9, 5, True)  # fmt: skip


@pytest.mark.parametrize("told", [None, {}, [], "", 7])
def test_a_replica_of_another_version_tells_nothing(told: object) -> None:
    found = used_read(ONE, told)
    assert (found.rate, found.cpu, found.slots, found.cache) == (None,) * 4


@pytest.mark.parametrize("value", [nan, inf, -1, "3", True, None, [], {}])
def test_what_is_no_amount_is_not_known(value: object) -> None:
    found = used(cpu=value, slots={"inUse": value, "limit": 32}, consoles=value)
    assert (found.cpu, found.slots, found.consoles) == (None, None, None)


@pytest.mark.parametrize("limit", [0, None, -3])
def test_without_a_limit_nothing_is_full(limit: object) -> None:
    assert used(pool={"inUse": 1, "limit": limit}).pool is None


def test_nothing_was_looked_up_so_there_is_no_hit_ratio() -> None:
    found = used(cache={"hit": 0.0, "miss": 0.0, "bypass": 3.0}).cache
    assert found is not None
    assert (found.hit_ratio, found.bypass, found.fresh) == (None, 3.0, None)

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from ironclad.database.connection import GuardedConnection
from ironclad.database.pool import Pool
from ironclad.errors import PoolExhausted
from tests.acceptance.harness.waiting import until


class Connected:
    """Never asked anything: a new one is not looked at."""

    closed = True  # so none is kept

    def close(self) -> None:
        pass


def pool(*, wait: float) -> Pool:
    return Pool(lambda: cast("GuardedConnection", Connected()), size=1, wait=wait)


def test_whoever_finds_no_place_is_counted_while_waiting() -> None:
    places = pool(wait=20)
    held = places.take()
    assert (places.in_use, places.waiting) == (1, 0)
    got: list[Any] = []
    waits = threading.Thread(target=lambda: got.append(places.take()))
    waits.start()
    until(lambda: places.waiting == 1, 5, "somebody waits")
    places.give_back(held)
    waits.join(5)
    assert got
    assert (places.in_use, places.waiting, places.refused) == (1, 0, 0)


def test_whoever_waited_in_vain_waits_no_more() -> None:
    places = pool(wait=0.01)
    places.take()
    with pytest.raises(PoolExhausted):
        places.take()
    assert (places.waiting, places.refused) == (0, 1)

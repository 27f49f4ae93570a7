"""The judge finds no fault with a cache that is right, and each of the faults it is there for."""

from __future__ import annotations

import pytest

from tests.load.consistent.judge import judge
from tests.unit.load.simulated import World

SECONDS = 6


@pytest.mark.parametrize("replicas", [1, 3])
def test_a_cache_that_is_right_is_found_right(replicas: int) -> None:
    world = World(replicas=replicas)
    verdict = judge(world.run(SECONDS))
    assert [str(each) for each in verdict.violations] == []
    assert verdict.judged > 2000
    assert world.hits > 500
    assert verdict.undecided == 0


@pytest.mark.parametrize(
    ("bug", "kinds"),
    [
        ("never invalidated", {"stale", "missed write"}),
        ("own writes come by the listener", {"missed write"}),
        ("late fills are kept", {"stale", "missed write"}),
        ("lease ignored", {"stale"}),
        ("keeps all when connected again", {"stale"}),
        ("version ignored", {"missed write"}),
        ("total counted later", {"torn answer"}),
    ],
)
def test_a_cache_that_is_wrong_is_found_out(bug: str, kinds: set[str]) -> None:
    verdict = judge(World(replicas=3, bug=bug).run(SECONDS))
    found = {each.kind for each in verdict.violations}
    assert kinds <= found, verdict

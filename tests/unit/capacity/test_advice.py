from __future__ import annotations

import pytest

from sre_console.capacity.advice import Advice, Code, Situation, advise
from tests.unit.capacity.stage import ONE, TWO, situation, taken, used

CACHE = {"hit": 1.0, "miss": 1.0, "bypass": 0.0}


def codes(now: Situation) -> list[str]:
    return [each.code for each in advise(now)]


def test_nothing_needs_to_grow_while_all_is_calm() -> None:
    assert advise(situation(used(), used(TWO))) == []


@pytest.mark.parametrize(
    ("fields", "code", "grave"),
    [
        ({"cpu": 0.75}, "processes", False),
        ({"cpu": 0.95}, "processes", True),
        ({"cpu": 0.95, "machine": 0.85}, "replicas", True),
        ({"cpu": 0.95, "cores": 1.0}, "replicas", True),
        ({"cpu": 0.95, "cores": 2.0, "processes": 2}, "replicas", True),
        ({"machine": 0.85}, "machine", False),
        ({"machine": 0.97}, "machine", True),
        ({"pool": taken(0.75)}, "pool", False),
        ({"pool": taken(0.2, waiting=3)}, "pool", False),
        ({"pool": taken(0.95), "slots": taken(0.95)}, "pool", True),
        ({"slots": taken(0.75)}, "slots", False),
        ({"loopLagSeconds": 0.15}, "loop", False),
        ({"loopLagSeconds": 0.5}, "loop", True),
        ({"consoles": taken(0.9)}, "consoles", False),
        ({"memoryLimitBytes": 110_000_000}, "memory", False),
        ({"cache": CACHE | {"fresh": False}}, "cache_deaf", False),
    ],
)  # fmt: skip
def test_each_resource_has_its_advice(
    fields: dict[str, object], code: Code, grave: bool
) -> None:
    assert advise(situation(used(**fields))) == [Advice(code, grave, ONE)]


def test_it_names_the_replica_where_it_is_worst() -> None:
    (given,) = advise(situation(used(cpu=0.75), used(TWO, cpu=0.85)))
    assert given.replica == TWO


def test_a_full_machine_elsewhere_is_told_beside_a_process_that_needs_a_core() -> None:
    now = situation(used(cpu=0.75), used(TWO, machine=0.97))
    assert advise(now) == [
        Advice("machine", grave=True, replica=TWO),
        Advice("processes", grave=False, replica=ONE),
    ]


def test_a_full_process_explains_its_slots_its_pool_and_its_loop() -> None:
    busy = used(cpu=0.99, slots=taken(0.95), pool=taken(0.95), loopLagSeconds=0.4)
    assert codes(situation(busy)) == ["processes"]


def test_a_taken_pool_before_a_full_database_is_the_databases_matter() -> None:
    now = situation(used(pool=taken(0.95)), connections=0.85)
    assert codes(now) == ["database", "connections"]


@pytest.mark.parametrize(
    ("share", "given"),
    [(0.79, []), (0.8, [Advice("past_knee", grave=False)]),
     (1.0, [Advice("past_knee", grave=True)]), (None, [Advice("unmeasured", grave=False)])],
)  # fmt: skip
def test_the_measured_knee_is_kept_at_a_distance(
    share: float | None, given: list[Advice]
) -> None:
    assert advise(situation(used(), knee_share=share)) == given


def test_a_cache_that_is_off_is_no_deaf_one() -> None:
    off = situation(used(cache=CACHE | {"fresh": False}), cache_off=True)
    assert codes(off) == ["cache_off"]


def test_what_is_full_comes_before_what_is_near() -> None:
    now = situation(used(cpu=0.75, consoles=taken(0.97)), knee_share=None)
    assert codes(now) == ["consoles", "processes", "unmeasured"]

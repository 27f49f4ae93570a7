from __future__ import annotations

import pytest

from sre_console.capacity.saturation import (
    LAG_LIMIT,
    RESOURCES,
    THRESHOLDS,
    Resource,
    Saturation,
    saturations,
    worst,
)
from sre_console.capacity.told import Taken, used_read
from tests.unit.capacity.stage import ONE, TWO, taken, used


def test_every_resource_of_every_replica_and_what_they_share() -> None:
    found = saturations([used(), used(TWO, memoryLimitBytes=10**9)], Taken(9, 97))
    assert [each.resource for each in found if each.replica == ONE] == [
        "cpu", "machine", "slots", "pool", "loop", "consoles",
    ]  # fmt: skip
    assert [e.resource for e in found if e.replica == TWO][-1] == "memory"
    assert (found[-1].resource, found[-1].replica) == ("connections", None)
    assert {each.state for each in found} == {"ok"}


def test_what_nobody_has_told_is_left_out() -> None:
    assert saturations([used_read(ONE, {})], None) == []


@pytest.mark.parametrize("resource", RESOURCES)
def test_it_is_near_at_one_threshold_and_full_at_the_other(resource: Resource) -> None:
    at = THRESHOLDS[resource]

    def state(share: float) -> str:
        return Saturation(resource, ONE, share, 1.0).state

    assert (state(at.near - 0.01), state(at.near)) == ("ok", "near")
    assert (state(at.full - 0.01), state(at.full)) == ("near", "full")
    assert Saturation(resource, ONE, at.full, 1.0).closeness == 1


def test_whoever_waits_makes_it_near_however_few_are_taken() -> None:
    (slots,) = (e for e in saturations([used(slots=taken(0.2, waiting=1))], None) if e.resource == "slots")  # fmt: skip
    assert slots.state == "near"


@pytest.mark.parametrize(
    ("cores", "processes", "limit"),
    [(4.0, 1, 1.0), (0.5, 1, 0.5), (None, 1, 1.0), (4.0, 4, 1.0), (1.0, 4, 0.25)],
)
def test_a_process_has_one_core_or_what_its_container_leaves(
    cores: float | None, processes: int, limit: float
) -> None:
    cpu = saturations([used(cores=cores, processes=processes)], None)[0]
    assert (cpu.resource, cpu.limit) == ("cpu", limit)


def test_processes_of_one_container_share_its_memory() -> None:
    told = used(memoryLimitBytes=400_000_000, processes=4)
    memory = worst(saturations([told], None), "memory")
    assert memory is not None
    assert (memory.share, memory.state) == (1.0, "full")


def test_the_loop_is_full_at_its_limit() -> None:
    found = worst(saturations([used(loopLagSeconds=LAG_LIMIT)], None), "loop")
    assert found is not None
    assert found.state == "full"


def test_the_worst_replica_is_found() -> None:
    replicas = [used(cpu=0.5), used(TWO, cpu=0.8)]
    found = worst(saturations(replicas, None), "cpu")
    assert found is not None
    assert (found.replica, found.state) == (TWO, "near")


def test_one_where_somebody_waits_is_worse_than_a_fuller_one() -> None:
    replicas = [used(pool=taken(0.6)), used(TWO, pool=taken(0.1, waiting=2))]
    found = worst(saturations(replicas, None), "pool")
    assert found is not None
    assert found.replica == TWO

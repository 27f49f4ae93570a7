from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from sre_console.live.flush import Heartbeat, store
from sre_console.live.recorder import Sample, Tally
from sre_console.models import FaultTally, Replica, SliSample
from sre_console.slo.counters import Counters
from sre_console.slo.histogram import BUCKETS
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, ONE

pytestmark = pytest.mark.django_db


def samples(count: int) -> list[Sample]:
    counts = Counters(total=5, failed=1, bad={"availability": (1, 0)})
    counts.histogram = [0] * BUCKETS
    return [Sample(EPOCH + n, counts) for n in range(count)]


def heartbeat(version: int = 0, replica: UUID = ONE) -> Heartbeat:
    return Heartbeat(replica, float(EPOCH), version)


def test_a_repeated_flush_doubles_nothing() -> None:
    for _ in range(2):
        store(samples(3), {}, heartbeat())
    assert SliSample.objects.count() == 3
    fold()
    store(samples(4), {}, heartbeat())  # with what came meanwhile
    fold()
    assert SliSample.objects.count() == 4


def test_a_restarted_process_loses_nothing_of_the_same_second() -> None:
    store(samples(1), {}, heartbeat())
    store(samples(1), {}, heartbeat(replica=uuid4()))
    assert SliSample.objects.count() == 2


def test_ten_minutes_are_delivered_at_once() -> None:
    store(samples(600), {}, heartbeat())
    assert SliSample.objects.count() == 600


def test_tallies_are_cumulative_and_harmless_to_repeat() -> None:
    store([], {3: Tally(10, 1, 1)}, heartbeat())
    store([], {3: Tally(20, 2, 2)}, heartbeat())
    tally = FaultTally.objects.get(version=3)
    assert (tally.requests, tally.failed, tally.errors) == (20, 2, 2)


def test_a_heartbeat_never_takes_a_confirmed_version_back() -> None:
    store([], {}, heartbeat(version=7))
    store([], {}, heartbeat(version=6))
    assert Replica.objects.get().plan_version == 7

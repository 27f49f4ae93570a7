from __future__ import annotations

from datetime import datetime
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from ironclad.errors import DatabaseUnavailable
from ironclad.resilience.process import bulkheads
from sre_console.live.evaluator import AFTER, Evaluator, EvaluatorJob, until_beat
from sre_console.live.lease import Lease
from sre_console.models import EvaluatorLease, SliTimeline
from sre_console.slo import lookup
from tests.integration.slo.conftest import EPOCH, Feed
from tests.integration.slo.conftest import feed as feed  # noqa: PLC0414

pytestmark = pytest.mark.django_db
QUESTIONS = 21  # of a beat, with its savepoint


class At:
    def monotonic(self) -> float:
        return 0.0

    def epoch(self) -> float:
        return EPOCH + 10.25

    def now(self) -> datetime:
        return lookup.moment(self.epoch())


def evaluator(seed_rate: float | None = None) -> Evaluator:
    return Evaluator(uuid4(), At(), scale=60, seed_rate=seed_rate)


def expire() -> None:
    EvaluatorLease.objects.update(expires_at=lookup.moment(0))


def test_the_leader_folds_and_the_others_only_watch(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 10))
    leader, other = evaluator(), evaluator()
    beat = leader.beat()
    assert beat is not None
    assert beat.folded.newest == EPOCH + 9
    assert other.beat() is None
    assert leader.beat() is not None


def test_game_days_that_cannot_be_run_are_in_nobody_s_way(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 10))
    runner, messenger = Mock(), Mock()
    leader = Evaluator(uuid4(), At(), scale=60, runner=runner, messenger=messenger)
    runner.turn.side_effect = ValueError
    assert leader.beat() is not None
    runner.turn.side_effect = DatabaseUnavailable
    with pytest.raises(DatabaseUnavailable):
        leader.beat()
    assert messenger.turn.call_count == 2


def test_a_beat_gives_way_to_the_requests_of_its_process(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(range(EPOCH, EPOCH + 10))
    inside = Mock(in_use=1)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        inside.in_use = 0

    monkeypatch.setitem(bulkheads, "service", inside)
    monkeypatch.setattr("ironclad.resilience.yielding.time.sleep", sleep)
    leader = evaluator()
    leader.beat()
    assert slept == [], "alone in its process it has nobody to wait for"
    EvaluatorJob(leader, At(), outage=lambda: 0.0)._beat()
    assert len(slept) == 1


def test_a_beat_with_nothing_to_tell_asks_few_questions(
    feed: Feed, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    feed(range(EPOCH, EPOCH + 9))
    leader = evaluator()
    leader.beat()
    feed(range(EPOCH + 9, EPOCH + 10))
    with django_assert_max_num_queries(QUESTIONS):
        leader.beat()


def test_another_one_takes_over_when_the_lease_has_run_out(db: None) -> None:
    old, new = evaluator(), evaluator()
    first = old.beat()
    expire()
    second = new.beat()
    assert first is not None
    assert second is not None
    assert second.fence == first.fence + 1


def test_another_one_takes_over_at_once_when_the_leader_resigns(db: None) -> None:
    old, new = evaluator(), evaluator()
    old.beat()
    old.resign()
    assert not old.leads
    beat = new.beat()
    assert beat is not None
    assert beat.fence == 2
    expire()
    assert old.beat() is None, "it comes back"


def test_who_does_not_lead_has_nothing_to_resign(db: None) -> None:
    leader, other = evaluator(), evaluator()
    leader.beat()
    other.beat()
    other.resign()
    assert other.beat() is None


def test_a_holder_that_was_stopped_writes_nothing_when_it_wakes(feed: Feed) -> None:
    old, new = evaluator(), evaluator()
    old.beat()
    expire()
    new.beat()
    feed(range(EPOCH, EPOCH + 5))
    assert old.beat() is None
    assert not SliTimeline.objects.exists()
    assert not old.leads


def test_a_lease_that_nobody_took_goes_on_after_a_pause(db: None) -> None:
    lease = Lease(uuid4())
    assert lease.hold()
    expire()
    assert lease.hold()
    assert EvaluatorLease.objects.get().fence == 1


def test_the_lease_lasts_three_seconds(db: None) -> None:
    Lease(uuid4()).hold()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM expires_at - clock_timestamp()) FROM evaluator_lease"
        )
        (left,) = cursor.fetchone()
    assert 2.5 < left <= 3


def test_the_first_leader_seeds_what_was_before_it(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 10))
    evaluator(seed_rate=50).beat()
    begin, end = lookup.at([EPOCH - 43_190, EPOCH + 9]).values()
    assert end.second == EPOCH + 9
    assert end.counters.since(begin.counters).covered == 43_199
    assert SliTimeline.objects.count() > 43_000


@pytest.mark.parametrize("at", [0.0, 0.2, 0.25, 0.3, 0.9])
def test_a_beat_is_250_ms_after_a_second(at: float) -> None:
    wait = until_beat(EPOCH + at)
    assert 0 < wait <= 1
    assert (EPOCH + at + wait) % 1 == pytest.approx(AFTER)

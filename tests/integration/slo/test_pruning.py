from __future__ import annotations

import pytest
from django.db import connection, transaction

from sre_console.models import Replica, SliSample, SliTimeline
from sre_console.slo import lookup, pruning
from sre_console.slo.objectives import objectives
from sre_console.slo.pruning import prune
from sre_console.slo.seeding import seed_gaps
from sre_console.slo.standings import standings
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, ONE, TWO, Feed

HOUR, DAY = 3600, 86_400
pytestmark = pytest.mark.django_db


def total(now: float) -> int:
    return standings(objectives(), now=now, scale=60).slos[0].counts.total


def test_rows_before_the_longest_window_grow_coarse_and_the_window_stays_exact(
    feed: Feed,
) -> None:
    seed_gaps(EPOCH, scale=60, rps=50, period=30 * 86_400)
    later = EPOCH + 2 * HOUR
    feed(range(later - 10, later))
    fold()
    before = total(later)
    assert prune(later, scale=60, period=30 * 86_400) > 0
    start = lookup.moment(later - 43_200 - pruning.MARGIN)
    older = SliTimeline.objects.filter(second__lt=start).values_list(
        "second", flat=True
    )
    assert {int(second.timestamp()) % 600 for second in older} == {0}
    assert 5 <= len(older) <= 7  # of the hour and two minutes before the window
    assert SliTimeline.objects.filter(second=start).exists()
    assert total(later) == before


def pruned(now: float, thin_from: float = 0) -> None:
    """As often as it takes: each time is bounded."""
    while prune(now, scale=1, period=30 * DAY, thin_from=thin_from):
        pass


def test_a_report_of_a_past_month_counts_all_of_it_a_year_long(db: None) -> None:
    seed_gaps(EPOCH, scale=1, rps=50, period=30 * DAY)
    hour = EPOCH - EPOCH % HOUR
    begin, end = hour - 20 * DAY, hour - 10 * DAY

    def counted() -> int:
        rows = lookup.at([begin, end])
        return rows[end].counters.total - rows[begin].counters.total

    assert counted() == 10 * DAY * 50
    for days in (40, 200, 370):
        pruned(EPOCH + days * DAY)
        assert counted() == 10 * DAY * 50
    assert SliTimeline.objects.count() <= 30 * 24 + 2
    pruned(EPOCH + 401 * DAY)
    assert SliTimeline.objects.count() == 0


def test_later_runs_begin_where_the_last_one_ended_and_leave_nothing_between(
    db: None,
) -> None:
    seed_gaps(EPOCH, scale=1, rps=50, period=30 * DAY)
    first, later = EPOCH + 10 * DAY, EPOCH + 10 * DAY + 2 * HOUR
    pruned(first)
    pruned(later, thin_from=first - pruning.FINE - 900)
    window = lookup.moment(later - 30 * DAY - pruning.MARGIN)
    start = SliTimeline.objects.filter(second__lte=window).latest("second").second
    older = SliTimeline.objects.filter(second__lt=start).values_list(
        "second", flat=True
    )
    assert {int(second.timestamp()) % HOUR for second in older} == {0}
    assert len(older) > 10 * 24 - 2


def test_old_seconds_are_thinned_to_a_minute_of_production_time(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 600))
    fold()
    now = EPOCH + 600 + pruning.FINE
    before = lookup.newest()
    prune(now, scale=1, period=30 * 86_400)
    assert SliTimeline.objects.count() == 10
    assert before is not None
    last = lookup.at([now])[now].counters
    # up to the last kept minute
    assert before.counters.total - last.total == 59 * 50


def test_recent_seconds_keep_their_rows(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 100))
    fold()
    prune(EPOCH + 100, scale=1, period=30 * 86_400)
    assert SliTimeline.objects.count() == 101


def test_samples_go_once_nobody_can_send_them_again(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 10))
    fold()
    prune(EPOCH + 700, scale=60, period=30 * 86_400)
    assert SliSample.objects.count() == 10
    prune(EPOCH + pruning.SAMPLES + 20, scale=60, period=30 * 86_400)
    assert SliSample.objects.count() == 0


def test_samples_that_are_not_folded_never_go(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 10))
    prune(EPOCH + 10 * HOUR, scale=60, period=30 * 86_400)
    assert SliSample.objects.count() == 10


def test_replicas_that_are_gone_are_forgotten(db: None) -> None:
    for id_, seen in ((ONE, EPOCH), (TWO, EPOCH + 2 * HOUR)):
        at = lookup.moment(seen)
        Replica.objects.create(id=id_, started_at=at, seen_at=at)
    prune(EPOCH + 2 * HOUR, scale=60, period=30 * 86_400)
    assert [replica.id for replica in Replica.objects.all()] == [TWO]


def test_statistics_of_an_empty_table_do_not_make_it_slow() -> None:
    with transaction.atomic():  # leaves pages in which no row lives
        seed_gaps(EPOCH, scale=60, rps=50, period=30 * 86_400)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sli_timeline")
    seed_gaps(EPOCH, scale=1, rps=50, period=30 * 86_400)
    # a join of each row with each would not end before the database's deadline
    assert prune(EPOCH + 25_000, scale=1, period=30 * 86_400) == 20_352

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db.models import Max, Min

from sre_console.models import SliTimeline
from sre_console.slo import lookup
from sre_console.slo.objectives import objectives
from sre_console.slo.seeding import seed_gaps
from sre_console.slo.standings import Standing, standings
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, Feed

MONTH = 30 * 86_400
pytestmark = pytest.mark.django_db


def seed(now: float = EPOCH, scale: float = 60) -> int:
    return seed_gaps(now, scale=scale, rps=50, period=MONTH)


def availability(now: float = EPOCH, scale: float = 60) -> Standing:
    return standings(objectives(), now=now, scale=scale).slos[0]


def test_an_empty_history_becomes_a_whole_healthy_window() -> None:
    filled = seed()
    assert filled >= 43_200
    standing = availability()
    assert standing.counts.total == standing.counts.seeded == 43_200 * 50
    assert standing.all_events.remaining_ratio == 1
    assert standing.burns["1h"] == 0


def test_seeding_again_changes_nothing() -> None:
    seed()
    assert seed() == 0
    assert availability().counts.total == 43_200 * 50


def test_a_gap_between_rows_is_filled_and_the_rest_moves_up(feed: Feed) -> None:
    feed(range(EPOCH - 100, EPOCH - 80))
    feed(range(EPOCH - 50, EPOCH - 40), bad=5)
    feed(range(EPOCH - 10, EPOCH))
    fold()
    assert seed() > 0
    standing = availability()
    assert standing.counts.total == 43_200 * 50
    assert standing.counts.seeded == (43_200 - 40) * 50
    assert standing.all_events.consumed == 50
    assert standing.counts.covered == 43_200


def test_what_a_window_counts_inside_a_filled_gap_is_exact(feed: Feed) -> None:
    feed(range(EPOCH - 100, EPOCH - 80), bad=1)
    feed(range(EPOCH - 10, EPOCH), bad=2)
    fold()
    seed()
    rows = lookup.at([EPOCH - 101, EPOCH - 81, EPOCH - 41, EPOCH - 11, EPOCH - 1])
    totals = [row.counters.total for row in rows.values()]
    assert [b - a for a, b in pairwise(totals)] == [
        20 * 50,
        40 * 50,
        30 * 50,
        10 * 50,
    ]


def test_history_before_the_first_row_is_put_below_zero(feed: Feed) -> None:
    feed(range(EPOCH - 10, EPOCH))
    fold()
    before = SliTimeline.objects.aggregate(Max("total"))["total__max"]
    seed()
    assert SliTimeline.objects.aggregate(Max("total"))["total__max"] == before
    assert SliTimeline.objects.aggregate(Min("total"))["total__min"] < 0
    assert availability().counts.total == 43_200 * 50


def test_a_change_to_real_time_fills_a_whole_month_on_a_coarse_grid(feed: Feed) -> None:
    seed(scale=60)
    seed(scale=1)
    standing = availability(scale=1)
    # the window's start falls between two rows of a one-minute grid
    assert MONTH <= standing.counts.covered < MONTH + 60
    assert standing.counts.total == standing.counts.covered * 50
    assert SliTimeline.objects.count() < 43_200 * 2 + 1000


def test_a_sample_that_arrives_late_takes_the_place_of_a_seeded_second(
    feed: Feed,
) -> None:
    seed()
    feed(range(EPOCH - 20, EPOCH - 10), total=30, bad=3)
    fold()
    standing = availability()
    assert standing.counts.total == 43_190 * 50 + 10 * 30
    assert standing.counts.seeded == 43_190 * 50
    assert standing.all_events.consumed == 30
    assert standing.counts.covered == 43_200


def test_it_tells_the_first_and_last_seeded_second(feed: Feed) -> None:
    feed(range(EPOCH - 10, EPOCH))
    fold()
    seed()
    first, last = availability().seeded or (None, None)
    assert first is not None
    assert last is not None
    assert int(first.timestamp()) == EPOCH - 43_200
    assert int(last.timestamp()) == EPOCH - 11

from __future__ import annotations

import pytest

from sre_console.models import SliSample, SliTimeline
from sre_console.slo import lookup
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, TWO, Feed

pytestmark = pytest.mark.django_db


def levels(*seconds: int) -> list[tuple[int, int]]:
    """(total, bad of availability) at the end of each second, counted from the start."""
    rows = lookup.at([EPOCH - 1, *seconds])
    origin = rows[EPOCH - 1].counters
    found = [rows[second].counters.since(origin) for second in seconds]
    return [(c.total, c.bad.get("availability", (0, 0))[0]) for c in found]


def test_samples_become_cumulative_rows(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 3), bad=2)
    assert fold().newest == EPOCH + 2
    assert levels(EPOCH, EPOCH + 1, EPOCH + 2) == [(50, 2), (100, 4), (150, 6)]


def test_replicas_are_added_up(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 2))
    feed(range(EPOCH, EPOCH + 2), replica=TWO, total=7)
    fold()
    assert levels(EPOCH + 1) == [(114, 0)]


def test_folding_again_changes_nothing(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 2))
    fold()
    assert fold().samples == 0
    assert levels(EPOCH + 1) == [(100, 0)]


def test_a_sample_that_is_sent_twice_counts_once(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 2))
    fold()
    feed(range(EPOCH, EPOCH + 2))
    fold()
    assert levels(EPOCH + 1) == [(100, 0)]


def test_late_samples_move_the_tail(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 5))
    fold()
    feed(range(EPOCH + 1, EPOCH + 3), replica=TWO, total=10, bad=1)
    assert fold().late == 2
    assert levels(*range(EPOCH, EPOCH + 5)) == [
        (50, 0),
        (110, 1),
        (170, 2),
        (220, 2),
        (270, 2),
    ]


def test_a_late_sample_moves_the_latencies_too(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 2))
    fold()
    feed(range(EPOCH, EPOCH + 1), replica=TWO, total=10)
    fold()
    row = lookup.at([EPOCH + 1], whole=True)[EPOCH + 1]
    assert sum(row.counters.histogram) == row.counters.total == 110


def test_what_the_patterns_did_is_summed_and_moved_by_late_samples(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 3), work={"calls": 50, "retries": 2})
    fold()
    feed(range(EPOCH + 1, EPOCH + 2), replica=TWO, work={"calls": 10, "breaker": 1})
    fold()
    rows = lookup.at([EPOCH, EPOCH + 2], whole=True)
    assert rows[EPOCH].counters.work == {"calls": 50, "retries": 2}
    assert rows[EPOCH + 2].counters.work == {"calls": 160, "retries": 6, "breaker": 1}
    between = rows[EPOCH + 2].counters.since(rows[EPOCH].counters)
    assert between.work == {"calls": 110, "retries": 4, "breaker": 1}


def test_late_samples_fill_seconds_that_nobody_had_reported(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 2))
    feed(range(EPOCH + 4, EPOCH + 5))
    fold()
    feed(range(EPOCH + 2, EPOCH + 4), replica=TWO, total=10)
    fold()
    assert levels(EPOCH + 2, EPOCH + 3, EPOCH + 4) == [(110, 0), (120, 0), (170, 0)]
    assert lookup.at([EPOCH + 4])[EPOCH + 4].counters.covered == 5


def test_a_late_sample_from_before_all_history_counts(feed: Feed) -> None:
    feed(range(EPOCH + 3, EPOCH + 5))
    fold()
    feed(range(EPOCH + 1, EPOCH + 2), total=10)
    fold()
    assert levels(EPOCH + 1, EPOCH + 4) == [(10, 0), (110, 0)]


def test_a_long_absence_is_folded_in_bounded_steps(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 30))
    assert [fold(limit=20).samples, fold(limit=20).samples] == [20, 10]
    assert levels(EPOCH + 29) == [(1500, 0)]
    assert not SliSample.objects.filter(folded=False).exists()


def test_seconds_without_requests_are_data_and_missing_ones_are_a_gap(
    feed: Feed,
) -> None:
    feed(range(EPOCH, EPOCH + 1), total=0)
    feed(range(EPOCH + 3, EPOCH + 4), total=0)
    fold()
    covered = SliTimeline.objects.order_by("second").values_list("covered", flat=True)
    assert list(covered) == [0, 1, 2]

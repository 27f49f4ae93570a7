from __future__ import annotations

import pytest

from ironclad.embedded.home import CHECKOUT
from tests.load.heartbeat import Heartbeat
from tests.load.reckoning import (
    MEASURED,
    RTO,
    SHARES,
    Rates,
    largest,
    seconds,
    table,
)

RATES = Rates(copy=100e6, replay=50e6, fixed=900)


def test_without_wal_the_copy_alone_takes_the_time() -> None:
    assert largest(RATES, 0) == (RTO - 900) * 100e6


@pytest.mark.parametrize("share", SHARES)
def test_a_database_of_that_size_is_back_in_just_that_time(share: float) -> None:
    assert seconds(RATES, largest(RATES, share), share) == pytest.approx(RTO)


def test_the_more_wal_the_smaller_it_must_be() -> None:
    sizes = [largest(RATES, share) for share in SHARES]
    assert sizes == sorted(sizes, reverse=True)


def test_nothing_is_in_time_where_the_decision_takes_it_all() -> None:
    assert largest(Rates(1e6, 1e6, fixed=RTO + 1), 0.1) == 0


def test_the_table_has_a_line_for_each_share() -> None:
    lines = table(RATES).splitlines()
    assert len(lines) == 2 + len(SHARES)
    assert lines[2] == "| 0% of its size | 1,350 GB | 225 min | 0 min |"


def test_what_was_lost_is_told_by_the_times_of_acknowledgement() -> None:
    heart = Heartbeat(pytest.fail)
    heart._times = [10.0, 11.0, 12.5]
    assert heart.lost_seconds(3) == 0
    assert heart.lost_seconds(1) == 2.5
    assert heart.lost_seconds(0) == 2.5


def test_the_guide_shows_what_the_drill_comes_to() -> None:
    guide = (CHECKOUT / "docs/guide/validation.md").read_text("utf-8")
    assert table(MEASURED) in guide

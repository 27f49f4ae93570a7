from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sre_console.models import SliTimeline
from sre_console.slo.seeding import seed_gaps
from sre_console.slo.selectors import slo_report
from sre_console.slo.timeline import fold
from tests.clock import FakeClock
from tests.integration.slo.conftest import EPOCH, Feed
from tests.integration.slo.month import healthy_month

MONTH = 30 * 86_400
pytestmark = pytest.mark.django_db


def report(now: float) -> dict[str, dict[str, Any]]:
    slos: Any = slo_report(by=FakeClock(now))["slos"]
    return {slo["name"]: slo for slo in slos}


@pytest.fixture
def history(db: None) -> None:
    healthy_month(EPOCH, rate=50, scale=60)


@pytest.mark.parametrize("seconds", [1, 10, 30, 59, 60, 90])
def test_burn_follows_the_formula_second_by_second(
    history: None, feed: Feed, seconds: int
) -> None:
    feed(range(EPOCH, EPOCH + seconds), total=100, bad=7)
    feed(range(EPOCH + seconds, EPOCH + seconds), total=0)
    fold()
    # twice the seeded rate: weigh the seeded seconds of the window accordingly
    measured = min(seconds, 60)
    expected = 70 * 100 * measured / (100 * measured + 50 * (60 - measured))
    slo = report(EPOCH + seconds)["availability"]
    assert slo["burnRates"]["1h"] == pytest.approx(expected)


@pytest.mark.parametrize("seconds", [2, 20, 60, 80])
def test_burn_1h_is_70_times_t_of_60(history: None, feed: Feed, seconds: int) -> None:
    for step in range(0, seconds, 2):  # 7 of 100 requests in two seconds of 50
        feed(range(EPOCH + step, EPOCH + step + 1), bad=4)
        feed(range(EPOCH + step + 1, EPOCH + step + 2), bad=3)
    fold()
    slo = report(EPOCH + seconds)["availability"]
    assert slo["burnRates"]["1h"] == pytest.approx(70 * min(seconds, 60) / 60)
    spent = 3.5 * seconds / 2160  # bad requests over the whole budget
    assert slo["budget"]["remainingRatio"] == pytest.approx(1 - spent)
    assert slo["budget"]["badRemaining"] == 2160 - 3.5 * seconds


def test_what_rate_limits_refused_is_told_beside_what_is_good(
    history: None, feed: Feed
) -> None:
    feed(range(EPOCH, EPOCH + 60), work={"limited": 5, "limitedTraffic": 2})
    feed(range(EPOCH + 60, EPOCH + 61))
    fold()
    for slo in report(EPOCH + 61).values():
        assert (slo["limited"], slo["limitedTraffic"]) == (300, 120)
        assert slo["good"] == slo["total"]


def test_it_has_the_promised_fields(history: None, feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 60), bad=4)
    fold()
    whole = slo_report(by=FakeClock(EPOCH + 60))
    assert whole["clock"] == {"scale": 60, "now": "2025-11-24T16:01:00.000Z"}
    assert whole["updatedAt"] == "2025-11-24T16:01:00.000Z"
    slo = report(EPOCH + 60)["availability"]
    assert {
        "name",
        "description",
        "target",
        "window",
        "current",
        "good",
        "total",
    } <= set(slo)
    assert (slo["target"], slo["window"]) == (0.999, "30d")
    assert list(slo["burnRates"]) == ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]
    assert slo["good"] + slo["budget"]["consumed"] == slo["total"]
    assert slo["budget"]["minutesTotal"] == pytest.approx(43.2)
    assert slo["status"] == "burning"
    assert slo["seeded"]["events"] == (43_200 - 60) * 50


def test_the_second_ledger_leaves_exercises_out_of_both_counts(
    history: None, feed: Feed
) -> None:
    feed(range(EPOCH, EPOCH + 10), bad=5, exercise=4, drilled=4)
    fold()
    slo = report(EPOCH + 10)["availability"]
    assert slo["budget"]["consumed"] == 50
    assert slo["budgetWithoutExercises"]["consumed"] == 10
    allowed = 0.001 * (43_200 * 50 - 40)
    assert slo["budgetWithoutExercises"]["total"] == pytest.approx(allowed)


def test_exhaustion_is_told_in_wall_time(history: None, feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 60), bad=4)  # burn 80
    fold()
    slo = report(EPOCH + 60)["availability"]
    left = (1 - 240 / 2160) * 43_200 / 80
    at = datetime.fromtimestamp(EPOCH + 60 + left, UTC)
    told = datetime.fromisoformat(slo["budget"]["exhaustsAt"])
    assert abs((told - at).total_seconds()) < 0.01


def test_an_overspent_budget_is_negative(history: None, feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 60), bad=50)
    fold()
    slo = report(EPOCH + 60)["availability"]
    assert slo["budget"]["remainingRatio"] == pytest.approx(1 - 3000 / 2160)
    assert slo["budget"]["badRemaining"] == -840
    assert slo["budget"]["exhaustsAt"] is None
    assert slo["status"] == "exhausted"


def test_without_any_event_there_is_no_data(db: None) -> None:
    slo = report(EPOCH)["availability"]
    assert slo["status"] == "no_data"
    assert slo["current"] is None
    assert slo["budget"]["remainingRatio"] is None
    assert slo["burnRates"]["5m"] is None


def test_when_samples_stop_the_short_windows_run_empty(
    history: None, feed: Feed
) -> None:
    feed(range(EPOCH, EPOCH + 10), bad=50)
    fold()
    slo = report(EPOCH + 30)["availability"]
    assert slo["burnRates"]["5m"] is None
    assert slo["burnRates"]["1h"] is not None


def _queries(now: float) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        slo_report(by=FakeClock(now))
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_history(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 2))
    fold()
    few = _queries(EPOCH + 2)
    seed_gaps(EPOCH + 2, scale=60, rps=50, period=MONTH)
    assert SliTimeline.objects.count() > 43_000
    assert _queries(EPOCH + 2) <= few + 1  # the range that is seeded
    assert few <= 3

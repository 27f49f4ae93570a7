"""/api/reports/sla."""

from __future__ import annotations

import pytest

from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, Feed
from tests.integration.slo.conftest import feed as feed  # noqa: PLC0414

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
ADDRESS = "/api/reports/sla"
HOUR = f"{ADDRESS}?from=2025-11-24T16:00:00Z&seconds=3600"


def test_the_hour_that_holds_the_samples() -> None:
    assert EPOCH == 1_764_000_000  # 2025-11-24T16:00:00Z


def test_what_was_promised_and_kept_in_both_ledgers(operator: Api, feed: Feed) -> None:
    feed(range(EPOCH - 10, EPOCH + 10), bad=0)
    feed(range(EPOCH + 10, EPOCH + 20), bad=10, drilled=10, exercise=10)
    feed(range(EPOCH + 20, EPOCH + 30), bad=1)
    fold()
    report = operator.get(HOUR).json()["data"]
    assert report["coveredSeconds"] == 30
    slo = report["slos"][0]
    assert slo["name"] == "availability"
    every, charged = slo["allEvents"], slo["withoutExercises"]
    assert (every["total"], every["bad"], every["kept"]) == (1500, 110, False)
    assert every["achieved"] == pytest.approx(1 - 110 / 1500)
    assert every["budgetSpentRatio"] == pytest.approx(110 / 1.5)
    assert (charged["total"], charged["bad"]) == (1400, 10)


def test_exactly_the_allowed_bad_events_keep_the_promise(
    operator: Api, feed: Feed
) -> None:
    feed(range(EPOCH - 1, EPOCH))
    feed(range(EPOCH, EPOCH + 20), total=100)
    feed(range(EPOCH + 20, EPOCH + 21), total=0, bad=2)
    fold()
    every = operator.get(HOUR).json()["data"]["slos"][0]["allEvents"]
    assert (every["total"], every["bad"], every["kept"]) == (2000, 2, True)
    assert every["budgetSpentRatio"] == pytest.approx(1)


def test_no_events_are_no_data(operator: Api) -> None:
    every = operator.get(ADDRESS).json()["data"]["slos"][0]["allEvents"]
    assert every == {
        "total": 0, "bad": 0, "achieved": None, "kept": None, "budgetSpentRatio": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2026-01-31T12:00:00", "from"),
        ("seconds=0", "seconds"),
        ("seconds=-5", "seconds"),
        ("seconds=40000000", "seconds"),
        ("seconds=%D9%A1", "seconds"),
    ],
)
def test_a_bad_period_is_refused(operator: Api, query: str, field: str) -> None:
    assert errors(operator.get(f"{ADDRESS}?{query}")) == [("VALIDATION_ERROR", field)]


def test_strangers_see_nothing(public: Api) -> None:
    assert public.get(ADDRESS).status_code == 401

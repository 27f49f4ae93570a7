"""Every firing is a bar on the charts: in the newest snapshot and in a range."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sre_console.chaos.rows import database_now
from sre_console.live.firings import firings, firings_told
from sre_console.live.series import series
from sre_console.models import AlertPeriod
from sre_console.slo import lookup
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, Feed
from tests.integration.slo.conftest import feed as feed  # noqa: PLC0414

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def period(name: str, **fields: Any) -> AlertPeriod:
    now = database_now()
    given: dict[str, Any] = {
        "severity": "critical", "threshold": 0.05, "value": 0.07, "began_at": now,
        "fired_at": now,
    }  # fmt: skip
    return AlertPeriod.objects.create(name=name, **given | fields)


def shown() -> dict[str, Any]:
    now = database_now()
    (one,) = firings(now - HOUR, now)
    return one


def test_a_burn_rate_is_told_with_its_window() -> None:
    period(
        "ErrorBudgetBurn1h", slo="availability", severity="page", window="1h",
        value=15.3, threshold=14.4,
    )  # fmt: skip
    one = shown()
    assert (one["name"], one["slo"], one["unit"]) == (
        "ErrorBudgetBurn1h", "availability", "burn",
    )  # fmt: skip
    assert (one["window"], one["burn"], one["threshold"]) == ("1h", 15.3, 14.4)


def test_any_other_alert_is_told_with_what_it_compares_and_no_window() -> None:
    period("HighErrorRate")
    one = shown()
    assert one["slo"] is None
    assert (one["value"], one["comparison"], one["threshold"], one["unit"]) == (
        0.07, "above", 0.05, "ratio",
    )  # fmt: skip
    assert "burn" not in one


def test_a_firing_whose_rule_is_gone_keeps_its_name_and_has_no_unit() -> None:
    period("Forgotten")
    one = shown()
    assert (one["name"], one["unit"], one["comparison"]) == ("Forgotten", None, None)


def test_only_those_that_touch_the_range_are_told_the_newest_first() -> None:
    now = database_now()
    old = now - 3 * HOUR
    period("HighLatency", fired_at=old, ended_at=old + HOUR)
    period("HighErrorRate", fired_at=old)
    period("DatabaseDown", fired_at=now - HOUR, ended_at=now)
    found = firings(now - HOUR, now)
    assert [one["name"] for one in found] == ["DatabaseDown", "HighErrorRate"]


def test_a_range_has_them_too(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 10))
    fold()
    at = lookup.moment(EPOCH + 5)
    period("HighErrorRate", fired_at=at, ended_at=at + timedelta(seconds=2))
    found: Any = series(300)["breaches"]
    assert [(one["name"], one["to"]) for one in found] == [("HighErrorRate", EPOCH + 7)]


def test_nothing_is_added_where_nothing_is_told() -> None:
    period("HighErrorRate")
    now = database_now()
    assert firings_told(firings(now - HOUR, now), []) == [shown()]

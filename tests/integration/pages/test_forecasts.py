"""The forecast beside the sliders follows docs: SLO arithmetic, 60x, history full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sre_console.gamedays.forecast.effect import bad_ratio
from sre_console.pages.forecasts import dependency, forecast_read
from sre_console.slo.objectives import Objective, Rule

pytestmark = pytest.mark.django_db

LATENCY = Objective(
    "latency", "", "", 0.95, timedelta(days=30), Rule(bad_slower_than=0.5)
)
AVAILABILITY = Objective(
    "availability", "", "", 0.999, timedelta(days=30), Rule(bad_status_from=500)
)


def test_seven_percent_errors_page_in_twelve_seconds() -> None:
    found = forecast_read(error_rate=0.07, latency_ms=0)
    assert found["slo"] == "availability"
    assert found["pageAfter"] == pytest.approx(12.34, abs=0.01)
    assert found["spendsPerMinute"] == pytest.approx(70 / 720)
    assert found["budgetGoneIn"] == pytest.approx(617.1, abs=0.1)
    assert found["leftWhenEnds"] == pytest.approx(1 - 70 / 720 * 5)


def test_every_alert_to_come_is_foretold_in_its_order() -> None:
    found = forecast_read(error_rate=0.07, latency_ms=0)
    alerts = found["alerts"]
    assert isinstance(alerts, list)
    assert [(a["name"], a["slo"], round(a["after"], 2)) for a in alerts] == [
        ("HighErrorRate", None, 8.57),
        ("ErrorBudgetBurn1h", "availability", 12.34),
        ("ErrorBudgetBurn6h", "availability", 30.86),
        ("ErrorBudgetBurn1d", "availability", 61.71),
        ("ErrorBudgetBurn3d", "availability", 61.71),
    ]


def test_slowness_is_told_of_before_it_pages() -> None:
    alerts = forecast_read(error_rate=0, latency_ms=700)["alerts"]
    assert isinstance(alerts, list)
    assert [(a["name"], round(a["after"], 2)) for a in alerts][:2] == [
        ("HighLatency", 5.25),
        ("ErrorBudgetBurn1h", 43.2),
    ]
    assert forecast_read(error_rate=0, latency_ms=400)["alerts"] == []


def test_one_percent_pages_by_the_slower_rule() -> None:
    found = forecast_read(error_rate=0.01, latency_ms=0)
    assert found["pageAfter"] == pytest.approx(216.0)


def test_a_fault_that_ends_before_the_page_does_not_page() -> None:
    found = forecast_read(error_rate=0.01, latency_ms=0, lasts=200)
    assert found["pageAfter"] is None


def test_seven_hundred_milliseconds_spend_the_latency_budget() -> None:
    found = forecast_read(error_rate=0, latency_ms=700)
    assert found["slo"] == "latency"
    assert found["pageAfter"] == pytest.approx(43.2)


def test_a_delay_under_the_limit_costs_nothing() -> None:
    found = forecast_read(error_rate=0, latency_ms=400)
    assert found["spendsPerMinute"] == 0
    assert found["pageAfter"] is None
    assert found["budgetGoneIn"] is None


def test_a_failed_request_is_as_slow_as_any_other() -> None:
    assert bad_ratio(LATENCY, error_rate=1, latency=0.7) == 1
    assert bad_ratio(LATENCY, error_rate=0.5, latency=0) == 0
    assert bad_ratio(AVAILABILITY, error_rate=0.3, latency=0.7) == 0.3


# -- faults of the database, behind the patterns ------------------------------------------------


def test_retries_hide_seven_percent_database_errors_and_cost_latency() -> None:
    found = forecast_read(error_rate=0, latency_ms=0, dependency_error_rate=0.07)
    assert found["visibleErrorRate"] == pytest.approx(0.000343)
    assert found["callsPerRequest"] == pytest.approx(1.0749)
    assert found["breakerOpens"] is False
    # 7 % wait a second for their retry, where 5 % may be slow
    assert found["slo"] == "latency"


def test_without_retries_they_are_seen(switch_off: Callable[..., None]) -> None:
    switch_off("retry")
    found = forecast_read(error_rate=0, latency_ms=0, dependency_error_rate=0.07)
    assert found["visibleErrorRate"] == pytest.approx(0.07)
    assert found["callsPerRequest"] == 1
    assert found["pageAfter"] == pytest.approx(12.34, abs=0.01)


def test_retries_beyond_their_budget_are_not_made() -> None:
    found = forecast_read(error_rate=0, latency_ms=0, dependency_error_rate=0.4)
    assert found["callsPerRequest"] == pytest.approx(1.1)
    assert 0.33 < float(str(found["visibleErrorRate"])) < 0.4


def test_a_dependency_that_is_down_opens_the_breaker(
    switch_off: Callable[..., None],
) -> None:
    found = forecast_read(error_rate=0, latency_ms=0, dependency_error_rate=1)
    assert found["breakerOpens"] is True
    assert found["callsPerRequest"] == 0
    switch_off("breaker")
    found = forecast_read(error_rate=0, latency_ms=0, dependency_error_rate=1)
    assert found["breakerOpens"] is False
    assert found["visibleErrorRate"] == 1


def test_a_slow_dependency_fills_the_slots() -> None:
    behind = dependency(0, 0.98, arrivals=50)
    assert behind.refused == pytest.approx(1 - 32 / 50)
    assert bad_ratio(AVAILABILITY, error_rate=0, latency=0, behind=behind) == (
        pytest.approx(0.36)
    )
    assert bad_ratio(LATENCY, error_rate=0, latency=0, behind=behind) == 1


def test_what_fails_at_the_edge_never_reaches_the_database() -> None:
    found = forecast_read(error_rate=0.5, latency_ms=0, dependency_error_rate=0.07)
    assert found["callsPerRequest"] == pytest.approx(1.0749 / 2)

"""A scenario is foretold from the timeline, the traffic and the patterns as they are now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from ironclad.clock import clock
from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.forecast.counting import bad_index
from sre_console.gamedays.forecast.foretelling import forecast_of
from sre_console.gamedays.forecast.history import history_read, rate_seen
from sre_console.gamedays.forecast.past import TOTAL
from sre_console.gamedays.scenarios.scenario import Scenario, Step
from sre_console.models import SliSample, SliTimeline
from sre_console.slo.seeding import seed_gaps
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import sample
from tests.integration.slo.month import healthy_month

pytestmark = pytest.mark.django_db
K, RATE, MONTH = 60, 50, 30 * 86_400
TITLE = {"en": ""}


def errors(*rates: float) -> Scenario:
    """An hour of each error rate."""
    steps = [Step(TITLE, 3600, fault=FaultSpec(error_rate=rate)) for rate in rates]
    return Scenario("errors", TITLE, TITLE, tuple(steps))


@pytest.fixture
def healthy() -> None:
    healthy_month(int(clock.epoch()), rate=RATE, scale=K)


@pytest.mark.usefixtures("healthy")
def test_progressive_errors_are_foretold_from_a_healthy_timeline() -> None:
    found = forecast_of(errors(0.01, 0.03, 0.07), speed=1, scale=K)
    assert (found.rate, found.rate_from) == (RATE, "seen")
    assert not found.history_short
    assert found.bad["availability"] == 330
    assert found.spent["availability"] == pytest.approx(0.1528, abs=0.0001)
    page = found.alerts[0]
    assert (page.name, page.slo, page.step) == ("ErrorBudgetBurn1h", "availability", 1)
    assert page.since_step == pytest.approx(13.34, abs=0.02)


@pytest.mark.usefixtures("healthy")
def test_what_leaves_the_windows_is_read_second_by_second() -> None:
    history = history_read(180, scale=K)
    assert history.moments[-1] == 0
    assert history.at(0)[TOTAL] - history.at(-60)[TOTAL] == 60 * RATE
    assert history.at(0)[TOTAL] - history.at(-37)[TOTAL] == 37 * RATE
    assert history.covered(43_200) == 43_200
    assert len(history.moments) < 2400


@pytest.mark.usefixtures("healthy")
def test_past_errors_weigh_on_the_forecast() -> None:
    last = SliTimeline.objects.latest("second")
    last.bad = {"availability": [1000, 0]}
    last.save()
    found = forecast_of(errors(0.0), speed=1, scale=K)
    assert found.left["availability"] == pytest.approx(1 - 1000 / 2160, abs=0.001)
    assert found.bad["availability"] == 0


def test_a_bad_second_of_the_past_is_known_to_the_second() -> None:
    now = int(clock.epoch())
    seconds = range(now - 40, now)
    SliSample.objects.bulk_create(
        sample(second, bad=30 if second == now - 20 else 0) for second in seconds
    )
    fold()
    seed_gaps(now, scale=K, rps=RATE, period=MONTH)
    history = history_read(60, scale=K)
    bad = bad_index(history, "availability")
    since = [history.at(0)[bad] - history.at(-moment)[bad] for moment in (18, 19, 20)]
    assert since == [0, 0, 30]


def test_history_that_has_just_begun_is_known_to() -> None:
    now = int(clock.epoch())
    SliSample.objects.bulk_create(sample(second) for second in range(now - 30, now))
    fold()
    history = history_read(60, scale=K)
    assert history.begins == -30
    assert history.covered(60) == 30
    found = forecast_of(errors(0.03), speed=1, scale=K)
    assert found.history_short
    assert found.spent["availability"] == pytest.approx(90 / 2160)


def test_traffic_that_only_wavers_is_taken_for_what_it_is_set_to(
    settings: Settings,
) -> None:
    settings.TRAFFIC_RPS = 50
    seed_gaps(clock.epoch(), scale=K, rps=49.5, period=MONTH)
    assert forecast_of(errors(0.0), speed=1, scale=K).rate == 50
    settings.TRAFFIC_RPS = 40
    assert forecast_of(errors(0.0), speed=1, scale=K).rate == pytest.approx(49.5)


@pytest.mark.usefixtures("healthy")
def test_a_plan_for_some_methods_reaches_their_share_of_the_traffic(
    settings: Settings,
) -> None:
    settings.TRAFFIC_RPS = 50
    step = Step(TITLE, 3600, fault=FaultSpec(error_rate=0.5, methods=("POST", "PUT")))
    scenario = Scenario("writes", TITLE, TITLE, (step,))
    assert forecast_of(scenario, speed=1, scale=K).bad["availability"] == 150


@pytest.mark.usefixtures("healthy")
def test_twice_the_speed_halves_the_steps_and_their_errors() -> None:
    found = forecast_of(errors(0.01, 0.03), speed=2, scale=K)
    assert found.seconds == 60
    assert found.bad["availability"] == 15 + 45


@pytest.mark.usefixtures("healthy")
def test_retries_hide_what_the_database_fails(
    switch_off: Callable[..., None],
) -> None:
    step = Step(TITLE, 3600, fault=FaultSpec(dependency_error_rate=0.07))
    scenario = Scenario("database", TITLE, TITLE, (step,))
    assert forecast_of(scenario, speed=1, scale=K).bad["availability"] == 1
    switch_off("retry")
    assert forecast_of(scenario, speed=1, scale=K).bad["availability"] == 210


def test_without_a_timeline_the_traffic_is_what_it_is_set_to(
    settings: Settings,
) -> None:
    settings.TRAFFIC_RPS = 20
    assert rate_seen() is None
    found = forecast_of(errors(0.07), speed=1, scale=K)
    assert (found.rate, found.rate_from) == (20, "setting")
    assert found.history_short
    assert found.total == 1200


def test_without_any_traffic_it_says_so(settings: Settings) -> None:
    settings.TRAFFIC_RPS = 0
    found = forecast_of(errors(0.07), speed=1, scale=K)
    assert (found.rate, found.json()["rateFrom"]) == (0, "none")
    assert (found.total, found.alerts) == (0, ())


@pytest.mark.usefixtures("healthy")
def test_a_forecast_asks_the_database_a_few_times(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(8):
        forecast_of(errors(*[0.01] * 50), speed=1, scale=K)

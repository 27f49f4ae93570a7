"""The closed-form figures of SLO.md: K = 60, 50 requests a second, history full, wall seconds."""

from __future__ import annotations

import pytest

from sre_console.models import Incident
from sre_console.slo.budget import fires_after_paced
from sre_console.slo.objectives import objectives
from sre_console.slo.seeding import seed_gaps
from sre_console.slo.standings import standings
from tests.integration.incidents.conftest import RATE, Stage, kinds, only
from tests.integration.slo.conftest import EPOCH

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]

VISIBLE = (
    1.25  # seconds of which 0.25 are the beat's; the rest is the second's own length
)


def about(figure: float) -> object:
    """Fires with the first second that ends after the figure."""
    return pytest.approx(figure + 0.5, abs=0.5)


def test_seven_percent_opens_one_incident_that_is_raised_to_a_page(
    stage: Stage,
) -> None:
    stage.fault()
    stage.errors(0.07, 20)
    assert stage.fired("HighErrorRate") == about(8.72)
    assert stage.fired("ErrorBudgetBurn1h", "availability") == about(12.58)
    incident = only()
    assert incident.severity == "page"
    assert incident.opened_at.timestamp() - stage.began == about(8.72)
    assert incident.paged_at is not None
    assert incident.paged_at.timestamp() - stage.began == about(12.58)
    assert kinds(incident) == ["opened", "joined", "raised", "paged"]
    stage.calm(5)
    cleared = stage.cleared("ErrorBudgetBurn1h", "availability")
    assert cleared is not None
    assert 20 + 3.97 <= cleared <= 20 + 3.97 + VISIBLE  # whole bad requests, not 3.5


def test_the_six_rule_joins_and_does_not_page_again(stage: Stage) -> None:
    stage.errors(0.07, 33)
    assert stage.fired("ErrorBudgetBurn6h", "availability") == about(31.16)
    incident = only()
    assert kinds(incident).count("paged") == 1
    assert kinds(incident).count("joined") == 2
    assert {a.name for a in incident.alerts.all()} == {
        "HighErrorRate", "ErrorBudgetBurn1h", "ErrorBudgetBurn6h",
    }  # fmt: skip


def test_three_percent_pages_after_29_34_seconds(stage: Stage) -> None:
    stage.errors(0.03, 31)
    assert stage.fired("HighErrorRate") is None
    assert stage.fired("ErrorBudgetBurn1h", "availability") == about(29.34)
    assert only().severity == "page"


def test_one_percent_never_meets_the_fast_rule(stage: Stage) -> None:
    # Its hour is full after 60 s, and the burn is then at its highest for good.
    stage.errors(0.01, 219, unseen=190)
    assert stage.fired("ErrorBudgetBurn1h", "availability") is None
    assert stage.fired("ErrorBudgetBurn6h", "availability") == about(218.0)


def test_a_full_outage_pages_within_two_and_a_half_seconds(stage: Stage) -> None:
    stage.errors(1, 2)
    fired = stage.fired("ErrorBudgetBurn1h", "availability")
    assert fired is not None
    assert fired + 0.25 < 2.5
    assert fired == about(fires_after_paced(1, 14.4, 0.001, 50, 3600, 60) or 0)


def test_at_production_speed_a_full_outage_burns_within_five_seconds(
    db: None,
) -> None:
    seed_gaps(EPOCH, scale=1, rps=RATE, period=30 * 86_400)
    stage = Stage(scale=1)
    stage.errors(1, 4)
    found = standings(objectives(), now=stage.clock.time, scale=1)
    assert found.of("availability").status == "burning"
    assert stage.fired("ErrorBudgetBurn1h", "availability") is None


def test_700_ms_on_everything_pages_for_latency(stage: Stage) -> None:
    stage.slow(0.7, 45)
    assert stage.fired("HighLatency") == pytest.approx(6, abs=1)
    assert stage.fired("ErrorBudgetBurn1h", "latency") == about(43.42)
    incident = only()
    assert incident.severity == "page"
    assert kinds(incident)[0] == "opened"


def test_400_ms_raises_nothing(stage: Stage) -> None:
    stage.slow(0.4, 60)
    assert not Incident.objects.exists()


def test_a_burn_that_sits_on_the_threshold_does_not_fire(stage: Stage) -> None:
    """A burn of 6: 108 of 18,000 requests in 6 h, 9 of 1,500 in 30 min."""
    # Six hours are full after 360 s.
    stage.errors(0.006, 400, unseen=345)
    assert stage.fired("ErrorBudgetBurn6h", "availability") is None
    assert stage.fired("ErrorBudgetBurn1d", "availability") is None

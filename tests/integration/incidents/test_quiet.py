"""No flapping, no duplicates, no page for what can wait, and no guess from too little."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sre_console.audit.services import audited
from sre_console.incidents.joining import Patience, incident_join
from sre_console.models import AlertPeriod, AlertState, Incident, Silence, SliSample
from sre_console.slo import lookup
from tests.integration.api.test_incidents import news
from tests.integration.incidents.conftest import Stage, kinds, only
from tests.integration.slo.conftest import EPOCH, TWO, sample

pytestmark = pytest.mark.django_db


def test_an_hour_of_healthy_traffic_with_random_errors_raises_nothing(
    stage: Stage,
) -> None:
    stage.random_errors(60)  # at scale 60; an hour of the wall clock is in acceptance
    assert not AlertPeriod.objects.exists()


def test_an_incident_is_over_after_a_quiet_period_and_the_same_alert_reopens_it(
    stage: Stage,
) -> None:
    stage.errors(0.07, 15)
    stage.calm(30)
    incident = only()
    assert incident.state == "resolved"
    assert incident.mitigated_at is not None
    assert incident.resolved_at is not None
    quiet = incident.resolved_at - incident.mitigated_at
    assert quiet.total_seconds() == pytest.approx(15, abs=1)  # 15 m at scale 60
    stage.errors(0.07, 15)
    incident = only()
    assert incident.state == "open"
    assert kinds(incident)[-6:-3].count("reopened") == 1
    assert kinds(incident).count("paged") == 2


def test_alerts_that_come_and_go_stay_one_incident(stage: Stage) -> None:
    for _ in range(4):
        stage.errors(0.3, 6)
        stage.calm(8)
    incident = only()
    assert kinds(incident).count("opened") == 1
    assert kinds(incident).count("paged") == 1


def test_after_a_long_time_the_same_alert_is_a_new_incident(stage: Stage) -> None:
    stage.errors(0.3, 6)
    stage.calm(40)
    assert only().state == "resolved"
    Incident.objects.update(resolved_at=lookup.moment(EPOCH - 3600))
    stage.errors(0.3, 6)
    assert Incident.objects.count() == 2


def test_three_events_are_not_judged(stage: Stage) -> None:
    stage.calm(70, total=0)  # more than the alert's hour
    stage.seconds(3, each=lambda _n: sample(0, total=1, bad=1))
    assert stage.fired("ErrorBudgetBurn1h", "availability") is None
    assert stage.fired("HighErrorRate") is None


def test_silence_of_the_traffic_is_told_and_is_over_when_none_is_expected(
    stage: Stage,
) -> None:
    stage.calm(2)
    stage.calm(12, total=0)
    assert stage.fired("NoTraffic") == pytest.approx(12, abs=1)
    stage.calm(60, total=0)
    assert stage.cleared("NoTraffic") is not None


def test_samples_that_come_late_raise_no_alert_in_the_past(stage: Stage) -> None:
    stage.calm(30)
    late = [sample(EPOCH + s, replica=TWO, bad=50) for s in range(5, 15)]
    SliSample.objects.bulk_create(late)
    stage.calm(1)
    fast = AlertState.objects.filter(name="ErrorBudgetBurn1h", slo="availability")
    assert not fast.exists()  # its short window is clean
    assert stage.fired("HighErrorRate") is None
    assert stage.fired("SamplesLate") == 31


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_replica_whose_clock_jumps_raises_no_page_and_hides_none(
    stage: Stage, hours: int
) -> None:
    stage.calm(20)
    wrong = [
        sample(EPOCH + 20 + s + hours * 3600, replica=TWO, bad=50) for s in range(5)
    ]
    SliSample.objects.bulk_create(wrong)
    stage.calm(20)
    names = {row.name for row in AlertPeriod.objects.all()}
    assert names <= {"SamplesLate"}
    stage.errors(1, 3)
    assert stage.fired("ErrorBudgetBurn1h", "availability") is not None


def test_the_evaluator_that_was_away_is_told_of_once(stage: Stage) -> None:
    stage.calm(3)
    stage.clock.advance(30)
    stage.calm(3)
    assert stage.fired("EvaluatorAbsent") is not None
    assert AlertPeriod.objects.filter(name="EvaluatorAbsent").count() == 1
    assert stage.cleared("EvaluatorAbsent") is not None


def test_a_fault_that_is_left_on_is_told_of(stage: Stage) -> None:
    fault = stage.fault(error_rate=0, latency_ms=100)
    stage.calm(2)
    assert stage.fired("FaultLeftOn") is None
    fault.began_at = lookup.moment(EPOCH - 1801)
    fault.save()
    stage.calm(2)
    assert stage.fired("FaultLeftOn") is not None
    incident = only()
    assert (incident.service, incident.severity) == ("ironclad", "warning")


def test_an_alert_whose_rule_is_gone_ends_and_its_incident_with_it(
    stage: Stage,
) -> None:
    stage.calm(1)
    with audited():
        incident_join(news("OldRule"), Patience(15, 60))
    AlertState.objects.create(name="OldRule", state="firing")
    AlertPeriod.objects.create(
        name="OldRule", severity="critical", threshold=1, began_at=lookup.moment(EPOCH),
        fired_at=lookup.moment(EPOCH),
    )  # fmt: skip
    stage.calm(1)
    assert not AlertState.objects.filter(name="OldRule").exists()
    assert stage.cleared("OldRule") is not None
    assert only().quiet_at is not None


def silence(stage: Stage, seconds: int, **about: str) -> None:
    now = lookup.moment(int(stage.clock.time))
    Silence.objects.create(
        starts_at=now, ends_at=now + timedelta(seconds=seconds), reason="known",
        created_by="operator", **about,
    )  # fmt: skip


def test_a_silenced_alert_opens_nothing_and_is_told_of_when_the_silence_ends(
    stage: Stage,
) -> None:
    silence(stage, 10, slo="availability")
    silence(stage, 10, name="HighErrorRate")
    stage.errors(1, 9)
    assert stage.fired("ErrorBudgetBurn1h", "availability") is not None
    assert {i.alerts.get().slo for i in Incident.objects.all()} <= {"error-rate"}
    Incident.objects.all().delete()
    stage.errors(1, 4)
    names = {(a.name, a.slo) for a in only().alerts.all()}
    assert ("ErrorBudgetBurn1h", "availability") in names
    assert ("HighErrorRate", "") in names
    assert only().paged_at is not None


def test_an_alert_that_clears_while_it_is_silenced_is_never_told(stage: Stage) -> None:
    silence(stage, 60, service="users")
    stage.errors(0.3, 6)
    stage.calm(60)
    assert not Incident.objects.exists()
    assert all(row.silenced for row in AlertPeriod.objects.filter(slo="availability"))


def test_the_budgets_marks_are_told_and_open_nothing(stage: Stage) -> None:
    stage.errors(1, 23)  # 1,150 of 2,160
    assert stage.fired("ErrorBudgetHalfSpent", "availability") == 22
    names = {row.name for row in only().alerts.all()}
    assert "ErrorBudgetHalfSpent" not in names

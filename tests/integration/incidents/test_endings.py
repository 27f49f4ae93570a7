"""What must end does end, and nothing on the way stops the judging."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from ironclad.errors import Conflict
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.joining import Patience, incident_join
from sre_console.incidents.services import incident_act
from sre_console.models import (
    AlertPeriod,
    EvaluatorLease,
    Incident,
    IncidentAlert,
    IncidentFigures,
    Notification,
    Replica,
    Silence,
    SliSample,
)
from sre_console.slo import lookup
from tests.integration.api.test_incidents import news
from tests.integration.incidents.conftest import Stage, kinds, only
from tests.integration.slo.conftest import sample

pytestmark = pytest.mark.django_db
OPERATOR = Actor("ada", "operator")
P = Patience(quiet=15, reopen=60)


def silence(stage: Stage, seconds: float, **about: str) -> Silence:
    now = lookup.moment(int(stage.clock.time))
    return Silence.objects.create(
        starts_at=now, ends_at=now + timedelta(seconds=seconds), reason="known",
        created_by="ada", **about,
    )  # fmt: skip


def others_silenced(stage: Stage) -> None:
    for name in {rule.name for rule in catalogue().rules} - {"HighErrorRate"}:
        silence(stage, 3000, name=name)


def test_an_alert_that_ends_with_its_silence_opens_nothing(stage: Stage) -> None:
    others_silenced(stage)
    mine = silence(stage, 3000, name="HighErrorRate")
    stage.errors(0.3, 8)
    began = stage.clock.time
    before = transaction.savepoint()
    while stage.cleared("HighErrorRate") is None:
        stage.calm(1)
    ended = stage.cleared("HighErrorRate")
    # once more, with a silence that ends in that very second
    transaction.savepoint_rollback(before)
    stage.clock.time = began
    mine.ends_at = lookup.moment(stage.began + (ended or 0))
    mine.save()
    stage.calm(12)
    assert stage.cleared("HighErrorRate") == ended
    assert not Incident.objects.exists()


def test_a_rule_that_got_worse_while_it_was_silenced_ends_as_it_was_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_silenced(stage)
    mine = silence(stage, 3000, name="HighErrorRate")
    stage.errors(0.3, 12)
    was = catalogue()
    rules = tuple(
        dataclasses.replace(r, severity="page") if r.name == "HighErrorRate" else r
        for r in was.rules
    )
    worse = dataclasses.replace(was, rules=rules)
    monkeypatch.setattr("sre_console.live.evaluator.catalogue", lambda: worse)
    Silence.objects.filter(pk=mine.pk).update(ends_at=lookup.moment(stage.clock.time))
    stage.errors(0.3, 2)
    assert only().severity == "page"
    stage.calm(12)
    assert only().alerts.get().cleared_at is not None


def test_a_critical_alert_that_joins_a_warning_is_told(
    stage: Stage, settings: Settings
) -> None:
    settings.ALERT_EMAILS = ["sre@example.org"]
    with audited():
        incident_join(news("HighLatency", severity="warning"), P)
        assert not Notification.objects.exists()
        incident_join(news("NoTraffic", severity="critical"), P)
        incident_join(news("DatabaseDown", severity="critical"), P)
    told = Notification.objects.values_list("kind", "channel")
    assert list(told) == [("raised", "email")]


def opened(count: int, at: datetime) -> None:
    with audited():
        for number in range(count):
            incident_join(news("X", service=f"service {number}", at=at), P)
    IncidentAlert.objects.update(cleared_at=at)
    Incident.objects.update(quiet_at=at - timedelta(seconds=60))


def test_many_incidents_that_are_over_are_over_a_few_at_each_beat(stage: Stage) -> None:
    stage.calm(2)
    opened(25, lookup.moment(int(stage.clock.time)))
    left = []
    for _ in range(3):
        stage.calm(1)
        left.append(Incident.objects.exclude(state="resolved").count())
    assert left == [15, 5, 0]
    assert IncidentFigures.objects.count() == 3  # one at a beat
    stage.calm(3)
    assert IncidentFigures.objects.count() == 6


def test_figures_that_cannot_be_kept_stop_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("sre_console.incidents.series.points", fails)
    stage.calm(2)
    opened(1, lookup.moment(int(stage.clock.time)))
    stage.calm(3)
    assert only().state == "resolved"
    judged = EvaluatorLease.objects.get().judged_at
    assert judged == lookup.moment(int(stage.clock.time))
    assert not IncidentFigures.objects.exists()


def test_an_operator_ends_what_fires_for_ever(stage: Stage) -> None:
    stage.errors(0.07, 14)
    incident = only()
    with pytest.raises(Conflict):
        incident_act(
            actor=OPERATOR, incident_id=incident.pk, action="resolve", asked={}
        )
    incident_act(
        actor=OPERATOR, incident_id=incident.pk, action="resolve", asked={"clear": True}
    )
    incident = only()
    assert incident.state == "resolved"
    assert not incident.alerts.filter(cleared_at=None).exists()
    assert kinds(incident)[-3:] == ["cleared", "cleared", "resolved"]


def test_an_outage_that_left_much_to_catch_up_with_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 40
    for module in ("live.evaluator", "slo.timeline"):
        monkeypatch.setattr(f"sre_console.{module}.FOLD_MOST", most)
    stage.calm(2)
    begin = int(stage.clock.time)
    samples = []
    for replica in range(4):
        for second in range(most // 4 + 5):
            row = sample(0, total=10)
            row.second = lookup.moment(begin + second)
            row.replica = f"00000000-0000-4000-8000-00000000000{replica}"
            samples.append(row)
    SliSample.objects.bulk_create(samples)
    stage.clock.advance(most // 4 + 5)
    stage.evaluator.away_for = 15
    for _ in range(4):
        stage.tick()
    assert AlertPeriod.objects.filter(name="DatabaseDown").count() == 1


def test_a_clock_that_jumps_is_no_absence(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.calm(3)
    with monkeypatch.context() as patch:
        patch.setattr(stage.clock, "epoch", lambda: stage.clock.time + 3600)
        Replica.objects.update(seen_at=lookup.moment(stage.clock.time + 3600))
        stage.clock.advance(1)
        assert stage.evaluator.beat() is not None
    stage.calm(3)
    assert not AlertPeriod.objects.filter(name="EvaluatorAbsent").exists()

"""With Prometheus Alertmanager pages; while Prometheus is away the evaluator stands in."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from sre_console.incidents import pager
from sre_console.management.commands import evaluate
from sre_console.models import Incident, IncidentAlert, IncidentEvent
from sre_console.slo import lookup
from sre_console.slo.prometheus import Kept
from sre_console.slo.recorded import Recorded
from sre_console.slo.source import Problem
from tests.integration.incidents.conftest import Stage, only
from tests.integration.slo.conftest import EPOCH

pytestmark = pytest.mark.django_db
FAST = "ErrorBudgetBurn1h"
HERE = Recorded(at=EPOCH, values={})


class Prometheus:
    """What is known of it: figures, or why there are none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.latest: Recorded | Kept = HERE
        told = SimpleNamespace(latest=lambda: self.latest)
        monkeypatch.setattr(pager, "slis", told)

    def ends(self, problem: Problem = Problem.AWAY) -> None:
        self.latest = Kept(None, problem, EPOCH)


@pytest.fixture
def prometheus(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Prometheus:
    settings.PROMETHEUS_URL = "http://prometheus:9090"
    return Prometheus(monkeypatch)


def firing() -> dict[str, str]:
    rows = IncidentAlert.objects.filter(cleared_at=None)
    return {row.name: row.source for row in rows}


def pages() -> int:
    return IncidentEvent.objects.filter(kind="paged").count()


def test_while_prometheus_speaks_nothing_is_opened(
    stage: Stage, prometheus: Prometheus
) -> None:
    stage.errors(0.07, 20)
    assert stage.fired(FAST, "availability") is not None
    assert not Incident.objects.exists()


@pytest.mark.parametrize("problem", [p for p in Problem if p != Problem.STARTING])
def test_while_it_says_nothing_of_use_the_evaluator_pages(
    stage: Stage, prometheus: Prometheus, problem: Problem
) -> None:
    prometheus.ends(problem)
    stage.errors(0.07, 20)
    assert FAST in firing()
    assert pages() == 1


def test_the_evaluator_alone_goes_on_asking_after_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = Event()
    asked: list[int] = []

    def refresh() -> None:
        asked.append(len(asked))
        if len(asked) > 1:
            over.set()
        raise RuntimeError

    told = SimpleNamespace(refresh=refresh, every=0.001)
    monkeypatch.setattr(evaluate, "slis", told)
    evaluate.ask_prometheus(over)
    assert asked == [0, 1]


def test_before_it_was_asked_nobody_takes_its_place(
    stage: Stage, prometheus: Prometheus
) -> None:
    prometheus.ends(Problem.STARTING)
    stage.errors(0.07, 20)
    assert not Incident.objects.exists()


def test_what_fires_already_is_taken_over(stage: Stage, prometheus: Prometheus) -> None:
    stage.errors(0.07, 20)
    prometheus.ends()
    stage.errors(0.07, 1)
    assert FAST in firing()
    stage.errors(0.07, 3)
    assert pages() == 1


def test_what_alertmanager_has_told_is_not_told_again(
    stage: Stage, prometheus: Prometheus
) -> None:
    prometheus.ends()
    stage.errors(0.07, 15)
    IncidentAlert.objects.update(source="alertmanager")
    events = IncidentEvent.objects.count()
    stage.errors(0.07, 3)
    assert IncidentEvent.objects.count() == events
    assert set(firing().values()) == {"alertmanager"}


def test_what_alertmanager_calls_off_for_want_of_word_goes_on(
    stage: Stage, prometheus: Prometheus
) -> None:
    prometheus.ends()
    stage.errors(0.07, 15)
    now = lookup.moment(stage.clock.time)
    IncidentAlert.objects.update(source="alertmanager", cleared_at=now)
    Incident.objects.update(quiet_at=now)
    stage.errors(0.07, 1)
    assert firing()[FAST] == "ironclad"
    assert only().quiet_at is None
    assert pages() == 1, "whoever was paged is there"
    stage.calm(30)
    assert firing() == {}, "and its end is told from here"


def test_what_a_person_has_resolved_stays_resolved(
    stage: Stage, prometheus: Prometheus
) -> None:
    prometheus.ends()
    stage.errors(0.07, 15)
    now = lookup.moment(stage.clock.time)
    IncidentAlert.objects.update(cleared_at=now)
    Incident.objects.update(state="resolved", resolved_at=now)
    stage.errors(0.07, 1)
    assert firing() == {}


def test_what_was_opened_meanwhile_ends_here_when_it_is_back(
    stage: Stage, prometheus: Prometheus
) -> None:
    prometheus.ends()
    stage.errors(0.07, 15)
    prometheus.latest = HERE
    stage.calm(60)
    assert firing() == {}
    assert only().state == "resolved"

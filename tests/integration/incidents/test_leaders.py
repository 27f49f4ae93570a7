"""Leaders come and go: no alert is lost or repeated."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from sre_console.models import AlertPeriod, EvaluatorLease, Notification
from tests.integration.incidents.conftest import Stage, kinds, only

pytestmark = pytest.mark.django_db


def test_a_successor_goes_on_with_what_is_pending(stage: Stage) -> None:
    stage.errors(0.07, 5)  # pending since 4
    stage.takeover()
    stage.errors(0.07, 3)
    assert stage.fired("HighErrorRate") == pytest.approx(9.5, abs=0.5)


def test_an_incident_outlives_its_leader_and_nobody_is_paged_twice(
    stage: Stage, webhook: str
) -> None:
    stage.errors(0.07, 14)
    before = kinds(only())
    stage.takeover()
    stage.errors(0.07, 5)
    assert kinds(only()) == before
    assert only().notifications.count() == 2
    assert AlertPeriod.objects.filter(name="HighErrorRate").count() == 1


def test_a_turn_that_was_not_committed_is_made_again(
    stage: Stage, webhook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leader dies between judging and its commit: all of it is undone together."""

    def die(*_: object) -> None:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr("sre_console.incidents.judging.incidents_settle", die)
        with pytest.raises(OperationalError):
            stage.errors(1, 1)
    assert not AlertPeriod.objects.exists()
    assert not Notification.objects.exists()
    stage.takeover()
    stage.errors(1, 2)
    assert kinds(only()).count("opened") == 1
    assert only().notifications.filter(kind="opened").count() == 1


def test_what_was_judged_last_is_known_to_the_next(stage: Stage) -> None:
    stage.calm(3)
    row = EvaluatorLease.objects.get()
    assert row.judged_at is not None
    assert row.judged_at.timestamp() == stage.began + 3

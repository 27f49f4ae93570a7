"""What became of incidents, as Prometheus counts it."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY
from pytest_django import DjangoCaptureOnCommitCallbacks

from ironclad.observability.metrics import INCIDENT_EVENTS
from sre_console.audit.actor import Actor
from sre_console.incidents.lifecycle import Action
from sre_console.incidents.services import incident_act
from tests.integration.incidents.conftest import Stage, only

pytestmark = pytest.mark.django_db
ACTIONS: tuple[Action, ...] = ("acknowledge", "mitigate", "resolve", "reopen")


def counts() -> dict[str, float]:
    name = "ironclad_incidents_total"
    found = {e: REGISTRY.get_sample_value(name, {"event": e}) for e in INCIDENT_EVENTS}
    return {event: value for event, value in found.items() if value is not None}


def test_every_event_is_there_before_it_happens() -> None:
    assert set(counts()) == set(INCIDENT_EVENTS)


def test_an_incident_counts_when_it_is_stored_and_not_before(
    stage: Stage, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = counts()
    with django_capture_on_commit_callbacks() as callbacks:
        stage.errors(0.07, 10)
        while only().state != "resolved" and stage.now < 60:
            stage.calm(1)
    assert only().state == "resolved"
    assert counts() == before
    for callback in callbacks:
        callback()
    once = {"opened": 1.0, "resolved": 1.0}
    assert {e: counts()[e] - before[e] for e in once} == once


def test_what_people_do_counts_as_well(
    stage: Stage, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = counts()
    with django_capture_on_commit_callbacks(execute=True):
        stage.errors(0.07, 10)
        stage.calm(5)
        for action in ACTIONS:
            incident_act(
                actor=Actor("ada", "operator"),
                incident_id=only().pk,
                action=action,
                asked={"clear": True} if action == "resolve" else {},
            )
    assert {event: counts()[event] - before[event] for event in INCIDENT_EVENTS} == {
        "opened": 1, "acknowledged": 1, "mitigated": 1, "resolved": 1, "reopened": 1,
    }  # fmt: skip

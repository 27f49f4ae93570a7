"""What Alertmanager has said ends by its word, and also where that word was lost."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from sre_console.chaos.rows import database_now
from sre_console.incidents.received import received_forget
from sre_console.models import (
    Incident,
    IncidentAlert,
    Notification,
    ReceivedAlert,
    Silence,
)
from tests.integration.incidents.conftest import Stage, only
from tests.integration.incidents.conftest import stage as stage  # noqa: PLC0414

from .conftest import Api
from .test_alertmanager import ADDRESS, TOKEN, changed

pytestmark = pytest.mark.django_db

Said = Callable[[dict[str, Any]], int]


@pytest.fixture
def said(settings: Settings) -> Said:
    """Have it delivered; how much of it was news."""
    settings.ALERTMANAGER_TOKEN = TOKEN
    settings.ALERT_WEBHOOKS = ["https://hooks.example.org/ironclad"]
    api = Api(TOKEN)

    def send(delivery: dict[str, Any]) -> int:
        answer = api.send("POST", ADDRESS, delivery)
        assert answer.status_code == 200, answer.content
        return int(answer.json()["data"]["news"])

    return send


def long_ago(**before: float) -> None:
    """All that was said was said so long ago."""
    at = database_now() - timedelta(**before)
    ReceivedAlert.objects.update(seen_at=at)
    Incident.objects.update(opened_at=at, began_at=at, paged_at=at)
    IncidentAlert.objects.update(joined_at=at, fired_at=at)


def test_what_a_silence_held_back_is_told_when_it_ends(
    said: Said, stage: Stage, settings: Settings
) -> None:
    settings.PROMETHEUS_URL = "http://prometheus:9090"
    silence = Silence.objects.create(
        name="ErrorBudgetBurn1h", starts_at=database_now() - timedelta(days=900),
        ends_at=database_now() + timedelta(hours=1), reason="known", created_by="ada",
    )  # fmt: skip
    said(changed())
    stage.calm(2)
    assert not Incident.objects.exists()
    silence.ends_at = silence.starts_at
    silence.save()
    stage.calm(2)
    assert only().alerts.get().name == "ErrorBudgetBurn1h"
    assert Notification.objects.get().kind == "opened"


def test_what_ended_under_its_silence_is_not_told(said: Said, stage: Stage) -> None:
    silence = Silence.objects.create(
        name="ErrorBudgetBurn1h", starts_at=database_now() - timedelta(days=900),
        ends_at=database_now() + timedelta(hours=1), reason="known", created_by="ada",
    )  # fmt: skip
    said(changed())
    said(changed(status="resolved"))
    silence.delete()
    stage.calm(2)
    assert not Incident.objects.exists()


def test_it_fires_as_long_as_any_of_its_instances_does(said: Said) -> None:
    a, b = changed(fingerprint="aa"), changed(fingerprint="bb")
    for one, name in ((a, "a"), (b, "b")):
        labels = {"alertname": "InstanceDown", "severity": "page", "instance": name}
        one["alerts"][0]["labels"] = labels
        said(one)
    for one in (a, b):
        assert only().quiet_at is None
        ended = copy.deepcopy(one)
        ended["alerts"][0]["status"] = "resolved"
        said(ended)
    assert only().quiet_at is not None


def test_one_that_begins_anew_pages_again_though_its_end_was_lost(said: Said) -> None:
    said(changed())
    long_ago(days=9)
    assert said(changed(startsAt="2026-02-09T12:00:00Z")) == 1
    kinds = list(Notification.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["opened", "raised"]
    assert ReceivedAlert.objects.filter(status="firing").count() == 1


def test_of_what_nothing_was_heard_for_a_day_is_over(said: Said) -> None:
    said(changed())
    assert not received_forget(database_now())
    long_ago(hours=23)
    assert not received_forget(database_now())
    said(changed())  # a repetition is a word, too
    assert not received_forget(database_now() + timedelta(hours=2))
    assert received_forget(database_now() + timedelta(hours=25))
    assert only().quiet_at is not None
    assert said(changed()) == 0  # and stays over until it begins anew


def test_an_operator_s_word_ends_it_as_well(said: Said) -> None:
    said(changed())
    operator = Api("operator-token-of-the-tests")
    at = f"/api/incidents/{only().pk}/resolve"
    assert operator.send("POST", at, {}).status_code == 409
    assert operator.send("POST", at, {"clear": "yes"}).status_code == 400
    assert operator.send("POST", at, {"clear": True}).status_code == 200
    assert only().state == "resolved"
    assert not ReceivedAlert.objects.filter(status="firing").exists()
    assert said(changed()) == 0
    assert only().state == "resolved"


def test_a_large_delivery_is_taken_in_parts(said: Said) -> None:
    body = changed()
    one = body["alerts"][0]
    body["alerts"] = [
        copy.deepcopy(one) | {"fingerprint": f"{number:x}"} for number in range(45)
    ]
    assert said(body) == 45
    assert said(body) == 0
    assert ReceivedAlert.objects.count() == 45

"""No place is told more than it can bear; pages always are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from prometheus_client import REGISTRY
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.incidents.channels import deliver
from sre_console.incidents.holding import WITHIN
from sre_console.incidents.notifications import notice_write, notifications_write
from sre_console.incidents.outbox import (
    Outcome,
    messages_claim,
    notification_retry,
    outcomes_store,
)
from sre_console.models import Incident, Notification
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.api.test_incidents import news

pytestmark = pytest.mark.django_db
MOST = 3
OPERATOR = Actor("operator", "operator")


@pytest.fixture(autouse=True)
def _three_at_most(settings: Settings, webhook: str) -> None:
    settings.ALERT_RATE_MOST = MOST


def notices(count: int) -> None:
    for _ in range(count):
        notice_write(news("ErrorBudgetHalfSpent"))


def tell(incident: Incident, kind: Any) -> Notification:
    notifications_write(incident, kind, at=database_now())
    return newest()


def newest() -> Notification:
    return Notification.objects.latest("id")


def states() -> list[str]:
    return list(Notification.objects.order_by("id").values_list("state", flat=True))


def age(by: timedelta) -> None:
    """All that was written was written that much earlier."""
    for row in Notification.objects.all():
        row.created_at -= by
        row.save()


def counted(outcome: str) -> float:
    labels = {"channel": "webhook", "outcome": outcome}
    value = REGISTRY.get_sample_value("ironclad_notifications_total", labels)
    assert value is not None
    return value


def test_what_is_over_the_bound_is_held_and_not_sent() -> None:
    notices(MOST + 2)
    assert states() == ["pending"] * MOST + ["held"] * 2
    assert len(messages_claim(9)) == MOST
    row = newest()
    assert row.problem == "It is over the bound of 3 within 10 minutes."
    assert row.body["held"] is None


def test_the_next_that_goes_out_says_how_many_were_held() -> None:
    notices(MOST + 2)
    age(WITHIN + timedelta(seconds=1))
    notices(2)
    assert states()[-2:] == ["pending", "pending"]
    told = Notification.objects.order_by("id").values_list("body__held", flat=True)
    assert list(told) == [0, 0, 0, None, None, 2, 0]


def test_the_bound_is_of_any_ten_minutes() -> None:
    notices(MOST)
    age(WITHIN - timedelta(seconds=5))
    notices(1)
    assert newest().state == "held"


def test_those_held_take_no_room() -> None:
    notices(MOST)
    age(WITHIN - timedelta(seconds=5))
    notices(MOST)
    age(timedelta(seconds=10))
    notices(1)
    assert newest().body["held"] == MOST


def test_each_place_has_a_bound_of_its_own(settings: Settings) -> None:
    notices(MOST)
    settings.ALERT_WEBHOOKS = [*settings.ALERT_WEBHOOKS, "https://other.example.org"]
    notices(1)
    assert states()[-2:] == ["held", "pending"]


@pytest.mark.parametrize("severity", ["page", "critical"])
@pytest.mark.parametrize("kind", ["opened", "raised"])
def test_what_opens_or_raises_an_incident_to_a_page_is_never_held(
    incident: Incident, severity: str, kind: str
) -> None:
    notices(MOST + 1)
    incident.severity = severity
    row = tell(incident, kind)
    # one was told when the incident opened
    assert (row.state, row.body["held"]) == ("pending", 2)


def test_a_reopening_that_pages_is_not_held(incident: Incident) -> None:
    notices(MOST + 1)
    incident.severity, now = "page", database_now()
    incident.paged_at = now
    notifications_write(incident, "reopened", at=now)
    assert newest().state == "pending"


@pytest.mark.parametrize(
    ("kind", "severity"),
    [("resolved", "page"), ("reopened", "page"), ("opened", "warning")],
)
def test_everything_else_of_an_incident_is_held(
    incident: Incident, kind: str, severity: str
) -> None:
    notices(MOST)
    incident.severity = severity
    assert tell(incident, kind).state == "held"


def test_a_page_counts_for_those_after_it(incident: Incident) -> None:
    notices(MOST - 2)
    tell(incident, "raised")
    notices(1)
    assert newest().state == "held"


def test_a_held_one_is_sent_by_hand() -> None:
    notices(MOST + 3)
    row = newest()
    notification_retry(actor=OPERATOR, number=row.pk)
    sent = messages_claim(9)
    assert row.pk in {message.pk for message in sent}
    age(WITHIN + timedelta(seconds=1))
    notices(1)
    # it stands for itself alone: the two before it were told to nobody
    assert newest().body["held"] == 2


def test_a_mail_tells_of_those_held(incident: Incident, settings: Settings) -> None:
    settings.ALERT_WEBHOOKS = []
    settings.ALERT_EMAILS = ["sre@example.org"]
    for _ in range(MOST + 1):
        tell(incident, "resolved")
    tell(incident, "raised")
    Notification.objects.exclude(pk=newest().pk).filter(state="pending").delete()
    late = Notification.objects.get(state="held")
    for message in messages_claim(1):
        assert deliver(message).problem == ""
    notification_retry(actor=OPERATOR, number=late.pk)
    for message in messages_claim(1):
        assert deliver(message).problem == ""
    said = "1 notification was held back since the last mail to this address: http"
    assert said in mail.outbox[0].body
    assert "/console/notifications?state=held" in mail.outbox[0].body
    assert "is sent by hand" in mail.outbox[1].body


def test_each_outcome_is_counted_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = [counted(name) for name in ("delivered", "dead", "held")]
    with django_capture_on_commit_callbacks(execute=True):
        notices(MOST + 1)
    good, bad, _late = messages_claim(9)
    outcomes = [Outcome(good), Outcome(bad, "gone", final=True)]
    outcomes_store(outcomes)
    outcomes_store(outcomes)  # said twice
    after = [counted(name) for name in ("delivered", "dead", "held")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1]

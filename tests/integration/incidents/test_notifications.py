"""Who is told what, and how it gets there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from ironclad.envelope import timestamp
from ironclad.errors import Conflict
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.rows import database_now
from sre_console.incidents.channels import deliver, signature, text
from sre_console.incidents.joining import incident_join
from sre_console.incidents.news import AlertNews
from sre_console.incidents.notifications import ALERTS_MOST, notification_body
from sre_console.incidents.outbox import (
    ATTEMPTS,
    Outcome,
    messages_claim,
    notification_retry,
    outcomes_store,
    wait_after,
)
from sre_console.models import AuditEntry, Incident, IncidentAlert, Notification
from tests.integration.api.test_incidents import PATIENCE, news
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.incidents.conftest import Stage, only

pytestmark = pytest.mark.django_db
PLACE = "https://hooks.example.org/ironclad"


def told() -> list[tuple[str, str, str]]:
    rows = Notification.objects.order_by("id")
    return [(row.kind, row.channel, row.body["incident"]["severity"]) for row in rows]


def test_a_page_is_told_once_and_its_end(stage: Stage, webhook: str) -> None:
    stage.errors(0.07, 33)
    assert told() == [("opened", "webhook", "critical"), ("raised", "webhook", "page")]
    stage.calm(60)
    assert told()[2:] == [("resolved", "webhook", "page")]


def test_mails_are_of_pages_and_critical_incidents_alone(
    stage: Stage, settings: Settings
) -> None:
    settings.ALERT_EMAILS = ["sre@example.org"]
    stage.slow(0.7, 12)  # a warning
    assert told() == []
    stage.slow(0.7, 40)
    assert told() == [("raised", "email", "page")]


def test_an_alert_that_opens_nothing_is_a_notice(stage: Stage, webhook: str) -> None:
    stage.errors(1, 23)
    notice = Notification.objects.get(kind="notice")
    assert notice.incident is None
    assert notice.body["alerts"][0]["name"] == "ErrorBudgetHalfSpent"


def test_with_prometheus_the_evaluator_tells_nobody(
    stage: Stage, webhook: str, settings: Settings
) -> None:
    settings.PROMETHEUS_URL = "http://prometheus:9090"
    stage.errors(0.07, 20)
    assert stage.fired("ErrorBudgetBurn1h", "availability") is not None
    assert not Notification.objects.exists()


def test_with_prometheus_an_alert_is_over_when_alertmanager_says_so(
    stage: Stage, settings: Settings
) -> None:
    stage.errors(0.07, 20)
    settings.PROMETHEUS_URL = "http://prometheus:9090"
    only().alerts.filter(name="HighErrorRate").update(source="alertmanager")
    stage.calm(10)
    assert stage.cleared("HighErrorRate") is not None
    # and what was told from here, before it was switched over, by what is seen here
    (left,) = only().alerts.filter(cleared_at=None)
    assert left.name == "HighErrorRate"


def reopened(*, severity: str) -> AlertNews:
    """An incident of one alert is over, and the same alert fires again."""
    with audited():
        incident = incident_join(news(severity=severity), PATIENCE)
    ended = database_now()
    Incident.objects.filter(pk=incident.pk).update(state="resolved", resolved_at=ended)
    IncidentAlert.objects.update(cleared_at=ended)
    Notification.objects.all().delete()  # of its opening
    again = news(severity=severity)
    with audited():
        assert incident_join(again, PATIENCE) == incident
    return again


def test_a_reopening_that_pages_is_told_once(webhook: str, settings: Settings) -> None:
    settings.ALERT_EMAILS = ["sre@example.org"]
    again = reopened(severity="page")
    assert told() == [("reopened", "webhook", "page"), ("reopened", "email", "page")]
    body = Notification.objects.latest("id").body
    assert body["incident"]["pagedAt"] == body["at"] == timestamp(again.at)
    assert [alert["firing"] for alert in body["alerts"]] == [True]


def test_a_reopening_that_pages_nobody_says_so(webhook: str) -> None:
    reopened(severity="critical")
    assert told() == [("reopened", "webhook", "critical")]
    assert Notification.objects.get().body["incident"]["pagedAt"] is None


def test_of_many_alerts_those_that_fire_and_the_gravest_are_told(
    incident: Incident,
) -> None:
    now = database_now()
    with audited():
        for number in range(ALERTS_MOST):
            incident_join(news(f"Warn{number}", severity="warning"), PATIENCE)
        incident_join(news("Page", severity="page"), PATIENCE)
        incident_join(news("Cleared", severity="page"), PATIENCE)
    IncidentAlert.objects.filter(name="Cleared").update(cleared_at=now)
    incident.refresh_from_db()
    body: dict[str, Any] = notification_body(incident, "raised", at=now)
    names = [alert["name"] for alert in body["alerts"]]
    warned = [f"Warn{number}" for number in range(ALERTS_MOST - 2)]
    assert names == ["Page", "HighErrorRate", *warned]
    assert body["alertsLeftOut"] == 3
    assert text(body).count("(fires)") == ALERTS_MOST
    assert "* and 3 more\n" in text(body)


def test_of_few_alerts_none_is_left_out(incident: Incident) -> None:
    body: dict[str, Any] = notification_body(incident, "opened", at=database_now())
    assert (len(body["alerts"]), body["alertsLeftOut"]) == (1, 0)
    assert " more" not in text(body)


# -- the outbox -----------------------------------------------------------------------------


@pytest.fixture
def waiting(db: None) -> Notification:
    body: dict[str, Any] = {"event": "alert.fired", "incident": None, "alerts": []}
    return Notification.objects.create(
        kind="notice", channel="webhook", place=PLACE, body=body
    )


def later(seconds: float) -> None:
    """Let that time pass for what waits."""
    for row in Notification.objects.all():
        row.due_at -= timedelta(seconds=seconds)
        row.save()


def test_what_is_taken_is_not_taken_twice(waiting: Notification) -> None:
    assert [message.pk for message in messages_claim(9)] == [waiting.pk]
    assert messages_claim(9) == []
    later(61)  # whoever took it has died
    assert messages_claim(9)[0].attempt == 2


def test_a_failure_is_tried_again_after_longer_and_longer(
    waiting: Notification,
) -> None:
    assert [wait_after(n) for n in (1, 2, 3, 8)] == [4, 8, 16, 240]
    (message,) = messages_claim(1)
    outcomes_store([Outcome(message, "It answered with status 500.")])
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == (
        "pending",
        "It answered with status 500.",
    )
    assert waiting.due_at - database_now() == pytest.approx(
        timedelta(seconds=4), abs=timedelta(seconds=1)
    )


def test_it_is_given_up_in_the_end_and_tried_again_by_hand(
    waiting: Notification,
) -> None:
    for _ in range(ATTEMPTS):
        (message,) = messages_claim(1)
        outcomes_store([Outcome(message, "no")])
        later(300)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("dead", ATTEMPTS)
    assert messages_claim(1) == []
    actor = Actor("operator", "operator")
    notification_retry(actor=actor, number=waiting.pk)
    assert messages_claim(1)[0].attempt == 1
    assert AuditEntry.objects.get().action == "notification.retried"
    with pytest.raises(Conflict):
        notification_retry(actor=actor, number=waiting.pk)


def test_what_was_not_sent_is_no_attempt(waiting: Notification) -> None:
    for _ in range(20):  # as long as its circuit breaker is open
        (message,) = messages_claim(4)
        assert message.attempt == 1
        outcomes_store([Outcome(message, "It is left alone for now.", unsent=True)])
        waiting.refresh_from_db()
        assert (waiting.state, waiting.attempts) == ("pending", 0)
        assert waiting.due_at > database_now()
        Notification.objects.update(due_at=database_now())


def test_an_outcome_that_comes_too_late_changes_nothing(waiting: Notification) -> None:
    (first,) = messages_claim(1)
    later(61)
    (second,) = messages_claim(1)
    outcomes_store([Outcome(first, "late")])
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == ("pending", "")
    outcomes_store([Outcome(second)])
    waiting.refresh_from_db()
    assert waiting.state == "delivered"
    assert waiting.delivered_at is not None


# -- the ways out -----------------------------------------------------------------------------


def test_a_webhook_that_is_configured_no_more_is_given_up(
    waiting: Notification,
) -> None:
    (message,) = messages_claim(1)
    outcome = deliver(message)
    assert outcome.final
    assert "not configured" in outcome.problem


def test_a_signature_is_of_the_time_and_the_body() -> None:
    made = signature("secret", 1_700_000_000, b"{}")
    assert made.startswith("t=1700000000,v1=")
    assert made != signature("secret", 1_700_000_001, b"{}")
    assert made != signature("other", 1_700_000_000, b"{}")


def test_a_mail_says_what_it_is_about(stage: Stage, settings: Settings) -> None:
    settings.ALERT_EMAILS = ["sre@example.org"]
    stage.fault()
    stage.errors(0.07, 14)
    for message in messages_claim(9):
        assert deliver(message).problem == ""
    subjects = [each.subject for each in mail.outbox]
    assert subjects[0].startswith("[exercise, critical] ")
    assert subjects[1].startswith("[exercise, page] ")
    assert "HighErrorRate (fires)" in mail.outbox[0].body
    assert "/console/runbooks/high-error-rate" in mail.outbox[0].body
    assert mail.outbox[0].to == ["sre@example.org"]


def test_a_mail_server_that_refuses_is_a_problem_without_its_words(
    stage: Stage, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smtplib import SMTPDataError

    def refuse(_self: Any) -> None:
        raise SMTPDataError(554, b"password was hunter2")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    settings.ALERT_EMAILS = ["sre@example.org"]
    stage.errors(1, 8)
    (message, *_) = messages_claim(9)
    assert deliver(message).problem == "The mail server answered with 554."

"""Notifications get through, whatever other places do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pytest_django import Settings

from ironclad.outbound.client import Outbound
from ironclad.resilience import process
from sre_console.incidents import channels
from sre_console.incidents.places import Place
from sre_console.live import messenger
from sre_console.live.messenger import EACH, Messenger
from sre_console.models import Notification
from tests.integration.outbound.behaviours import answer, answers, says_nothing
from tests.integration.outbound.mail_servers import drips, takes_mail
from tests.integration.outbound.servers import Behaviour, Server, takes, until

pytestmark = pytest.mark.django_db
SOON = 2.0  # seconds; a place that hangs has ten or more


class Outside:
    """Servers to be told, as the settings would name them."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.webhooks: dict[str, Outbound] = {}

    def webhook(self, behaviour: Behaviour) -> Server:
        server = self._stack.enter_context(Server(behaviour))
        name = f"webhook-{len(self.webhooks)}"
        self.webhooks[server.url] = Outbound(name)
        self._stack.callback(process.breakers.pop, name)
        self._stack.callback(process.bulkheads.pop, f"outbound-{name}")
        return server

    def mail(self, settings: Settings, behaviour: Behaviour) -> Server:
        server = self._stack.enter_context(Server(behaviour))
        settings.EMAIL_BACKEND = "ironclad.outbound.mail.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = False
        settings.ALERT_EMAILS = ["sre@example.org"]
        return server


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Outside]:
    settings.ALERT_WEBHOOKS_INTERNAL = True
    settings.RETRY_BASE = 0.01  # seconds
    with ExitStack() as stack:
        made = Outside(stack)
        monkeypatch.setattr(channels, "WEBHOOKS", made.webhooks)
        yield made
    until(lambda: "ironclad-messenger" not in {t.name for t in threading.enumerate()})


def write(channel: str, address: str, count: int = 1) -> list[Notification]:
    incident = {
        "id": 1, "title": "7 % fail", "severity": "page", "exercise": False,
        "service": "users", "state": "open", "openedAt": "now", "url": "",
    }  # fmt: skip
    body = {"event": "incident.opened", "incident": incident, "alerts": []}
    place = Place(channel, address).name
    return [
        Notification.objects.create(
            kind="opened", channel=channel, place=place, body=body
        )
        for _ in range(count)
    ]


def told(rows: list[Notification], by: Messenger) -> bool:
    """Whether all of them are delivered after another beat."""
    by.turn(leads=True)
    delivered = Notification.objects.filter(state="delivered")
    return delivered.filter(pk__in=[row.pk for row in rows]).count() == len(rows)


def test_places_that_hang_keep_a_good_one_waiting_no_longer(
    outside: Outside, settings: Settings
) -> None:
    mail = outside.mail(settings, takes_mail(greet=drips))
    hanging = [outside.webhook(says_nothing) for _ in range(4)]
    good = outside.webhook(answers(answer()))
    write("email", "sre@example.org", 9)
    for server in hanging:
        write("webhook", server.url, 9)
    last = write("webhook", good.url, 5)
    by = Messenger()
    with takes(0, SOON):
        until(lambda: told(last, by))
    until(lambda: mail.connections == 1)
    assert [server.connections for server in hanging] == [1] * 4  # one under way each
    waiting = Notification.objects.filter(state="pending", attempts=1)
    assert waiting.count() == EACH * 5


def test_a_slow_place_has_what_it_may_and_then_the_next(outside: Outside) -> None:
    server = outside.webhook(answers(answer()))
    rows = write("webhook", server.url, EACH + 2)
    by = Messenger()
    by.turn(leads=True)
    assert Notification.objects.filter(attempts=1).count() == EACH
    until(lambda: told(rows, by))
    assert len(server.requests) == EACH + 2


def test_a_mail_server_that_drips_is_free_again_at_its_deadline(
    outside: Outside, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "_MAIL_WITHIN", 0.3)
    server = outside.mail(settings, takes_mail(greet=drips))
    (row,) = write("email", "sre@example.org")
    by = Messenger()

    def problem() -> str:
        by.turn(leads=True)
        row.refresh_from_db()
        return row.problem

    with takes(0.25, SOON):
        until(lambda: problem() != "")
    assert row.problem == "The mail server did not answer within the deadline."
    assert (row.state, server.connections) == ("pending", 1)
    server.behaviours = (takes_mail(),)
    Notification.objects.update(due_at=row.created_at)
    until(lambda: told([row], by))


def test_who_does_not_lead_takes_nothing(outside: Outside) -> None:
    server = outside.webhook(answers(answer()))
    write("webhook", server.url)
    Messenger().turn(leads=False)
    assert Notification.objects.get().attempts == 0


def test_what_cannot_be_written_down_is_written_later(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = outside.webhook(answers(answer()))
    rows = write("webhook", server.url)
    by = Messenger()
    by.turn(leads=True)
    with monkeypatch.context() as patched:
        patched.setattr(messenger, "outcomes_store", lambda _: 1 / 0)

        def fails() -> bool:
            try:
                by.turn(leads=True)
            except ZeroDivisionError:
                return True
            return False

        until(fails)
    until(lambda: told(rows, by))
    assert len(server.requests) == 1


def test_who_begins_to_lead_names_what_an_older_version_wrote(
    outside: Outside,
) -> None:
    server = outside.webhook(answers(answer()))
    gone = "https://gone.example/SECRET"
    rows = [write("webhook", url)[0] for url in (server.url, server.url, gone)]
    for row, url in zip(rows, (server.url, server.url, gone), strict=True):
        Notification.objects.filter(pk=row.pk).update(place=url)
    Notification.objects.filter(pk=rows[1].pk).update(state="held")
    by = Messenger()

    def found() -> list[tuple[str, str, str]]:
        by.turn(leads=True)
        wanted = Notification.objects.order_by("id")
        return list(wanted.values_list("state", "place", "problem"))

    name = Place("webhook", server.url).name
    until(lambda: not any(state == "pending" for state, _, _ in found()))
    assert found() == [
        ("delivered", name, ""),
        ("held", name, ""),
        ("dead", Place("webhook", gone).name, "This webhook is not configured any more."),
    ]  # fmt: skip

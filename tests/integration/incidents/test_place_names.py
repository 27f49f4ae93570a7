"""What is secret in the address of a webhook is stored nowhere and shown to nobody."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import Settings

from sre_console.incidents.outbox import messages_claim
from sre_console.incidents.places import Place
from sre_console.models import Incident, Notification
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.incidents.conftest import Stage, only
from tests.integration.pages.conftest import person, signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "https://me:SECRET@hooks.example.org/services/SECRET?token=SECRET"
NAME = Place("webhook", ADDRESS).name


@pytest.fixture
def webhook(settings: Settings) -> None:
    settings.ALERT_WEBHOOKS = [ADDRESS]


@pytest.fixture
def told(webhook: None, incident: Incident) -> Incident:
    return incident


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example.org/" + "a" * 5000,
        f"https://{'h' * 300}.example.org/",
        "https://hooks\0.example.org/",
    ],
)
def test_no_address_costs_an_incident(
    stage: Stage, settings: Settings, address: str
) -> None:
    settings.ALERT_WEBHOOKS = [address]
    settings.ALERT_EMAILS = ["a" * 300 + "@example.org"]
    stage.errors(0.07, 12)
    assert only().notifications.count() == 2


def test_a_row_holds_the_name(told: Incident) -> None:
    row = Notification.objects.get()
    assert row.place == NAME == "https://hooks.example.org/… #" + NAME[-8:]
    assert [message.place for message in messages_claim(9)] == [NAME]


@pytest.mark.parametrize(
    "path",
    [
        "/console/incidents/{}",
        "/console/notifications",
        "/console/notifications?format=csv",
        "/admin/sre_console/notification/",
        "/api/incidents/{}",
        "/api/notifications",
    ],
)
def test_everybody_sees_the_name_alone(told: Incident, path: str) -> None:
    shown = signed_in(admin()).get(path.format(told.pk))
    assert shown.status_code == 200
    assert "SECRET" not in shown.text
    assert NAME[-8:] in shown.text


def admin() -> User:
    user = person("root", "operator")
    user.is_staff = user.is_superuser = True
    user.save()
    return user


# -- rows of the version before -----------------------------------------------------------------


def row(place: str, **fields: object) -> Notification:
    given: dict[str, object] = {
        "kind": "notice", "channel": "webhook", "state": "delivered",
        "body": {"incident": None, "alerts": []},
    }  # fmt: skip
    return Notification.objects.create(place=place, **(given | fields))


def migrate() -> None:
    module = import_module("sre_console.migrations.0009_notification_place")
    with connection.schema_editor() as editor:
        module.rename(apps, editor)


@pytest.mark.parametrize("state", ["delivered", "dead", "held"])
def test_the_migration_names_what_was_told(state: str) -> None:
    old = row(ADDRESS, state=state)
    migrate()
    migrate()  # a name is not named again
    old.refresh_from_db()
    assert old.place == NAME


@pytest.mark.parametrize(
    "address",
    ["http://[2001:db8::1]:81/SECRET", "https://[/SECRET", f"https://{'h' * 240}/S"],
)
def test_it_names_as_the_code_does(address: str) -> None:
    old = row(address)
    migrate()
    old.refresh_from_db()
    assert old.place == Place("webhook", address).name


def test_it_leaves_mail_and_what_is_pending_alone() -> None:
    mail = row("sre@example.org", channel="email")
    pending = row(ADDRESS, state="pending")  # the version before may still send it
    migrate()
    for each, place in ((mail, "sre@example.org"), (pending, ADDRESS)):
        each.refresh_from_db()
        assert each.place == place


def test_what_is_pending_is_named_when_it_is_taken() -> None:
    pending = row(ADDRESS, state="pending")
    assert [message.place for message in messages_claim(9)] == [NAME]
    pending.refresh_from_db()
    assert pending.place == NAME

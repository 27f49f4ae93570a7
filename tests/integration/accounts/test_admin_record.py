"""Alerts and incidents in the Django admin: all to be read, nothing to be changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sre_console.chaos.rows import database_now
from sre_console.models import (
    ActionItem,
    AlertPeriod,
    AlertState,
    Incident,
    IncidentAlert,
    IncidentEvent,
    Notification,
    PostMortem,
    ReceivedAlert,
    Silence,
)

pytestmark = pytest.mark.django_db


def _incident(number: int) -> Incident:
    now = database_now()
    row = Incident.objects.create(
        service=f"service-{number}", title=f"It burns {number}", severity="page",
        state="open", began_at=now, opened_at=now,
    )  # fmt: skip
    IncidentAlert.objects.create(
        incident=row, fingerprint="f", name="HighErrorRate", severity="page",
        source="ironclad", summary="7 % fail", joined_at=now, fired_at=now,
    )  # fmt: skip
    IncidentEvent.objects.create(
        incident=row, at=now, kind="opened", actor="ironclad",
        detail={"alert": "HighErrorRate", "said": "<b>"},
    )  # fmt: skip
    return row


def _period(number: int) -> AlertPeriod:
    now = database_now()
    return AlertPeriod.objects.create(
        name=f"Alert{number}", severity="page", threshold=1, began_at=now, fired_at=now
    )


def _silence(number: int) -> Silence:
    now = database_now()
    return Silence.objects.create(
        name=f"Alert{number}", starts_at=now, ends_at=now + timedelta(hours=1),
        created_by="ada", reason="known",
    )  # fmt: skip


MAKERS: dict[str, Callable[[int], models.Model]] = {
    "alertstate": lambda n: AlertState.objects.create(name=f"Alert{n}", state="firing"),
    "alertperiod": _period,
    "incident": _incident,
    "silence": _silence,
    "notification": lambda n: Notification.objects.create(
        incident=_incident(n), kind="opened", channel="webhook",
        place="hooks.example.org", body={"title": "It burns <now>", "n": [1, 2]},
    ),
    "receivedalert": lambda n: ReceivedAlert.objects.create(
        group_key="g", fingerprint=f"f{n}", starts_at=database_now(), status="firing"
    ),
    "postmortem": lambda n: PostMortem.objects.create(
        incident=_incident(n), happened="It burnt.", updated_by="ada"
    ),
    "actionitem": lambda n: ActionItem.objects.create(
        incident=_incident(n), text="Add an index", created_by="ada"
    ),
}  # fmt: skip
every = pytest.mark.parametrize("model", MAKERS)


def at(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:sre_console_{model}_{page}", args=args)


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="secret"))
    return client


@every
def test_the_list_and_a_row_are_there_to_be_read(root: Client, model: str) -> None:
    row = MAKERS[model](1)
    index = root.get(at(model, "changelist"), {"q": "a"})
    assert index.status_code == 200
    page = root.get(at(model, "change", row.pk))
    assert page.status_code == 200
    assert "object (" not in index.text + page.text  # each row has a name
    assert 'name="_save"' not in page.text


@every
def test_not_even_a_superuser_adds_changes_or_deletes(root: Client, model: str) -> None:
    row = MAKERS[model](1)
    before = type(row)._default_manager.values().get(pk=row.pk)
    assert root.get(at(model, "add")).status_code == 403
    assert root.post(at(model, "add"), {"state": "x"}).status_code == 403
    changed = root.post(at(model, "change", row.pk), {"state": "x"})
    assert changed.status_code == 403
    deleted = root.post(at(model, "delete", row.pk), {"post": "yes"})
    assert deleted.status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    root.post(at(model, "changelist"), chosen)
    assert type(row)._default_manager.values().get(pk=row.pk) == before


@every
def test_a_longer_list_costs_no_more_queries(root: Client, model: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert root.get(at(model, "changelist")).status_code == 200
        return len(seen)

    MAKERS[model](1)
    MAKERS[model](2)
    few = queries()
    for number in range(3, 9):
        MAKERS[model](number)
    assert queries() == few


def test_an_incident_shows_its_alerts_and_its_timeline(root: Client) -> None:
    page = root.get(at("incident", "change", _incident(1).pk)).text
    assert "7 % fail" in page
    assert "&quot;said&quot;: &quot;&lt;b&gt;&quot;" in page


def test_an_incident_is_found_by_the_name_of_an_alert(root: Client) -> None:
    _incident(1)
    url = at("incident", "changelist")
    assert "It burns 1" in root.get(url, {"q": "HighErrorRate"}).text
    assert "It burns 1" not in root.get(url, {"q": "HighLatency"}).text


def test_what_is_told_is_readable_and_stays_text(root: Client) -> None:
    row = MAKERS["notification"](1)
    page = root.get(at("notification", "change", row.pk)).text
    assert "<pre>{\n" in page
    assert "It burns &lt;now&gt;" in page


def test_only_administrators_read_it(client: Client) -> None:
    client.force_login(User.objects.create_user("ned", password="secret"))
    assert client.get(at("incident", "changelist")).status_code == 403

"""The page of notifications: what was told, given up, held back, and how that is mended."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from sre_console.models import AuditEntry, Incident, Notification
from sre_console.pages.views.notifications import A_PAGE
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db
AT = "/console/notifications"
PLACE = "https://hooks.example.org/ironclad"


def told(state: str, **fields: object) -> Notification:
    alert = {"name": "ErrorBudgetHalfSpent"}
    given: dict[str, object] = {
        "state": state, "kind": "notice", "channel": "webhook", "place": PLACE,
        "body": {"event": "alert.fired", "incident": None, "alerts": [alert]},
    }  # fmt: skip
    return Notification.objects.create(**(given | fields))


def listed(client: Client, query: str = "") -> set[int]:
    page = client.get(AT + query)
    assert page.status_code == 200
    return {row.id for row in page.context["rows"]}


def test_it_tells_what_was_told_to_whom(viewer: User, incident: Incident) -> None:
    body = {"incident": {"title": "7 % <b>fail</b>"}, "alerts": []}
    told("delivered", kind="opened", incident=incident, body=body, channel="email")
    told("dead", problem="It answered with status 500.", attempts=8)
    page = signed_in(viewer).get(AT).text
    assert f'<a href="/console/incidents/{incident.pk}">' in page
    assert "7 % &lt;b&gt;fail&lt;/b&gt;" in page
    assert "ErrorBudgetHalfSpent" in page
    assert "It answered with status 500." in page
    assert "given up</span>" in page
    assert 'aria-current="page">Alerts' in page


def test_the_newest_come_first_a_page_at_a_time(viewer: User) -> None:
    rows = [told("delivered") for _ in range(A_PAGE + 1)]
    client = signed_in(viewer)
    first = client.get(AT)
    assert [row.id for row in first.context["rows"]] == [
        row.pk for row in reversed(rows[1:])
    ]
    assert f'href="{AT}?page=2"' in first.text
    assert listed(client, "?page=2") == {rows[0].pk}


def test_it_is_filtered_by_state_and_channel(viewer: User) -> None:
    client = signed_in(viewer)
    dead, held = told("dead"), told("held", channel="email", place="sre@example.org")
    assert listed(client, "?state=dead&channel=") == {dead.pk}
    assert listed(client, "?channel=email") == {held.pk}
    assert listed(client, "?state=dead&channel=email") == set()
    assert "No notification matches" in client.get(f"{AT}?state=pending").text
    assert 'data-curl="/api/notifications?state=held"' in client.get(
        f"{AT}?state=held"
    ).text  # fmt: skip
    assert client.get(f"{AT}?state=lost").status_code == 400
    assert client.get(f"{AT}?channel=pigeon").status_code == 400


def test_nothing_told_says_what_to_configure(viewer: User, settings: Settings) -> None:
    client = signed_in(viewer)
    assert "IRONCLAD_ALERT_WEBHOOKS" in client.get(AT).text
    settings.ALERT_WEBHOOKS = [PLACE]
    assert "Nobody was told anything yet" in client.get(AT).text


@pytest.mark.parametrize("state", ["dead", "held"])
def test_an_operator_has_one_tried_again(operator: User, state: str) -> None:
    row, client = told(state), signed_in(operator)
    assert f'action="{AT}/{row.pk}/retry?state={state}"' in client.get(
        f"{AT}?state={state}"
    ).text  # fmt: skip
    answer = client.post(f"{AT}/{row.pk}/retry?state={state}&next=//evil.example")
    assert (answer.status_code, answer["Location"]) == (302, f"{AT}?state={state}")
    row.refresh_from_db()
    assert row.state == "pending"
    assert AuditEntry.objects.get().action == "notification.retried"
    again = client.post(f"{AT}/{row.pk}/retry")
    assert again.status_code == 409
    assert "A notification that is pending is not tried again." in again.text
    assert 'role="alert"' in again.text
    assert client.post(f"{AT}/{row.pk + 1}/retry").status_code == 404


def test_what_is_on_its_way_or_there_is_not_offered(operator: User) -> None:
    told("pending")
    told("delivered")
    assert "/retry" not in signed_in(operator).get(AT).text


def test_a_form_of_another_site_tries_nothing_again(operator: User) -> None:
    row = told("dead")
    client = Client(enforce_csrf_checks=True)
    client.force_login(operator)
    assert client.post(f"{AT}/{row.pk}/retry").status_code == 403
    row.refresh_from_db()
    assert row.state == "dead"


def test_a_viewer_reads_and_is_refused(viewer: User) -> None:
    row, client = told("dead"), signed_in(viewer)
    assert listed(client) == {row.pk}
    assert "/retry" not in client.get(AT).text
    assert client.post(f"{AT}/{row.pk}/retry").status_code == 403
    row.refresh_from_db()
    assert row.state == "dead"


def test_strangers_see_nothing(client: Client) -> None:
    row = told("dead")
    for answer in (client.get(AT), client.post(f"{AT}/{row.pk}/retry")):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/console/sign-in?next=")


def test_it_comes_as_csv_with_its_filters(viewer: User) -> None:
    dead = told("dead", problem="=1+1", attempts=8)
    told("delivered")
    client = signed_in(viewer)
    answer = client.get(f"{AT}?state=dead&format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, line = answer.text.splitlines()
    assert head.startswith("id,state,kind,incident,title,channel,place,attempts")
    assert line.startswith(f"{dead.pk},given up,notice,,ErrorBudgetHalfSpent,webhook,")
    assert line.endswith(",'=1+1")
    assert len(client.get(f"{AT}?format=csv").text.splitlines()) == 3


def test_the_alerts_page_tells_of_those_given_up(viewer: User) -> None:
    client = signed_in(viewer)
    told("held")
    page = client.get("/console/alerts").text
    assert f'href="{AT}"' in page
    assert "given up" not in page
    told("dead")
    told("dead")
    page = client.get("/console/alerts").text
    assert "2 notifications were given up" in page
    assert f'href="{AT}?state=dead"' in page


def test_an_incident_tells_of_what_was_held(viewer: User, incident: Incident) -> None:
    told("held", incident=incident, kind="resolved", problem="20 were sent there.")
    page = signed_in(viewer).get(f"/console/incidents/{incident.pk}").text
    assert "held back</span>" in page
    assert "20 were sent there." in page

"""Alerts, incidents and runbooks as pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sre_console.incidents.runbooks import runbooks
from sre_console.models import ActionItem, AuditEntry, Incident, Silence
from sre_console.pages.runbooks import html, runbook_html
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_the_alerts_page_tells_every_rule_with_its_condition(viewer: User) -> None:
    page = signed_in(viewer).get("/console/alerts").text
    assert page.count("data-alert=") == 40
    assert "no data &gt; 14.4x" in page
    assert "0 events in this window" in page


def test_alerts_are_silenced_and_heard_again_by_forms(operator: User) -> None:
    client = signed_in(operator)
    sent = {"alert": "HighLatency", "slo": "", "minutes": "10", "reason": "known"}
    assert client.post("/console/silences", sent).status_code == 302
    page = client.get("/console/alerts").text
    assert "in force" in page
    row = Silence.objects.get()
    assert (row.ends_at - row.starts_at).total_seconds() == 600
    client.post(f"/console/silences/{row.pk}/end")
    assert "Nothing is silenced." in client.get("/console/alerts").text
    for wrong in ({"minutes": "x"}, {"reason": ""}, {"alert": ""}):
        answer = client.post("/console/silences", sent | wrong)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


def test_a_viewer_silences_nothing(viewer: User) -> None:
    client = signed_in(viewer)
    sent = {"alert": "HighLatency", "minutes": "10", "reason": "known"}
    assert client.post("/console/silences", sent).status_code == 403
    assert not Silence.objects.exists()


def test_the_incidents_page_lists_and_filters(viewer: User, incident: Incident) -> None:
    client = signed_in(viewer)
    row = f'data-incident="{incident.pk}"'
    assert row in client.get("/console/incidents").text
    assert (
        row in client.get("/console/incidents?state=unresolved&severity=&page=x").text
    )
    gone = client.get("/console/incidents?state=resolved").text
    assert row not in gone
    assert "No incident matches" in gone
    assert client.get("/console/incidents?state=lost").status_code == 400


def test_tables_come_as_csv_that_no_spreadsheet_runs(
    viewer: User, incident: Incident
) -> None:
    Incident.objects.update(title='=HYPERLINK("http://x")')
    client = signed_in(viewer)
    answer = client.get("/console/incidents?format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "'=HYPERLINK" in answer.text
    rules = client.get("/console/alerts?format=csv").text.splitlines()
    assert len(rules) == 41


def test_the_report_says_how_it_counts_and_what_was_kept(
    viewer: User, incident: Incident
) -> None:
    Incident.objects.update(opened_at=incident.opened_at - timedelta(minutes=1))
    client = signed_in(viewer)
    page = client.get("/console/reports").text
    assert "How it is counted" in page
    assert page.count("data-slo=") == 3
    assert f"#{incident.pk}" in page
    table = client.get("/console/reports?format=csv").text.splitlines()
    assert len(table) == 7
    assert client.get("/console/reports?seconds=x").status_code == 400


def test_commands_of_runbooks_stand_as_they_are_typed() -> None:
    shown = html("1. Look:\n   ```sh\n   curl -s x | y\n   curl z\n   ```\n2. Next")
    assert "<pre><code>curl -s x | y\ncurl z\n</code></pre>" in shown
    assert shown.count("<li>") == 2
    for name in runbooks():
        assert "```" not in runbook_html(name)
        assert "<code>sh" not in runbook_html(name)


def test_foreign_text_on_an_incident_is_text(viewer: User, incident: Incident) -> None:
    Incident.objects.update(title="<script>alert(1)</script>")
    page = signed_in(viewer).get(f"/console/incidents/{incident.pk}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_operator_acts_by_a_form(operator: User, incident: Incident) -> None:
    client = signed_in(operator)
    at = f"/console/incidents/{incident.pk}"
    answer = client.post(f"{at}/acknowledge", {"comment": "On it.\r\nReally."})
    assert (answer.status_code, answer["Location"]) == (302, at)
    page = client.get(at).text
    assert "On it.<br>Really." in page
    client.post(f"{at}/comment", {"text": "An index."})
    client.post(f"{at}/assign", {"commander": "Ann", "scribe": "", "owner": "Ben"})
    incident.refresh_from_db()
    assert (incident.state, incident.commander, incident.owner) == (
        "acknowledged", "Ann", "Ben",
    )  # fmt: skip
    assert AuditEntry.objects.filter(actor=operator.username).count() == 3


def test_a_refusal_is_told_on_the_page(operator: User, incident: Incident) -> None:
    client = signed_in(operator)
    answer = client.post(f"/console/incidents/{incident.pk}/resolve")
    assert answer.status_code == 409
    assert "while an alert fires: HighErrorRate" in answer.text
    answer = client.post(f"/console/incidents/{incident.pk}/comment", {"text": " "})
    assert answer.status_code == 400
    assert "data-live" in answer.text


def test_a_post_mortem_is_written_by_a_form(operator: User, incident: Incident) -> None:
    client = signed_in(operator)
    at = f"/console/incidents/{incident.pk}/post-mortem"
    assert "draft from the record" in client.get(at).text
    sent = {"happened": "It **broke**.\r\n<script>x</script>", "version": "0"}
    early = client.post(at, sent | {"publish": "1"})
    assert (early.status_code, "is resolved" in early.text) == (409, True)
    Incident.objects.update(state="resolved", resolved_at=incident.opened_at)
    assert client.post(at, sent | {"publish": "1"}).status_code == 302
    page = client.get(at).text
    assert "<strong>broke</strong>" in page
    assert "<script>x" not in page
    assert "published" in page
    late = client.post(at, sent | {"happened": "Mine."})
    assert late.status_code == 412
    assert "Mine." in late.text  # what was written is not lost
    client.post(
        f"/console/incidents/{incident.pk}/actions", {"text": "An index", "dueOn": ""}
    )
    item = ActionItem.objects.get()
    client.post(f"/console/incidents/{incident.pk}/actions/{item.pk}", {"done": "1"})
    item.refresh_from_db()
    assert item.done_at is not None
    answer = client.get(f"{at}?format=markdown")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "* [x] An index" in answer.text


def test_a_viewer_may_look_and_change_nothing(viewer: User, incident: Incident) -> None:
    client = signed_in(viewer)
    at = f"/console/incidents/{incident.pk}"
    assert '<form method="post" action="/console/incidents' not in client.get(at).text
    assert client.post(f"{at}/acknowledge").status_code == 403
    incident.refresh_from_db()
    assert incident.state == "open"


@pytest.mark.parametrize(
    "path",
    [
        "incidents/1/post-mortem",
        "alerts",
        "incidents",
        "incidents/1",
        "runbooks",
        "runbooks/high-latency",
    ],
)
def test_strangers_are_led_to_the_sign_in_page(client: Client, path: str) -> None:
    answer = client.get(f"/console/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/console/sign-in?next=")


def test_there_is_nothing_at_unknown_addresses(viewer: User) -> None:
    client = signed_in(viewer)
    for path in (
        "incidents/99",
        "runbooks/nothing",
        "runbooks/..%2Fadr",
        "incidents/1/x",
    ):
        assert client.get(f"/console/{path}").status_code == 404


def test_every_runbook_has_a_page_and_links_to_the_others(viewer: User) -> None:
    client = signed_in(viewer)
    index = client.get("/console/runbooks").text
    for name, book in runbooks().items():
        assert f'href="/console/runbooks/{name}"' in index
        page = client.get(f"/console/runbooks/{name}").text
        assert book.title in page
        assert ".md" not in page
    assert 'href="/console/runbooks/bulkhead-full"' in runbook_html("high-latency")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<a href="x" onclick="alert(1)">x</a>',
        '<img src=x onerror="alert(1)">',
        '<p style="position:fixed">x</p>',
        "<iframe src=//x></iframe>",
    ],
)
def test_markdown_can_do_no_harm(text: str) -> None:
    made = html(text)
    for bad in (
        "<script",
        "javascript:",
        "onclick",
        "onerror",
        "style=",
        "<iframe",
        "<img",
    ):
        assert bad not in made

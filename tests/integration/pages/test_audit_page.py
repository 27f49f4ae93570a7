"""The audit page: what it finds, how it shows it, verifying, and exports."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import AuditEntry
from sre_console.pages.views import audit as views
from tests.integration.audit.tampering import sql
from tests.integration.pages.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
AT = "/console/audit"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
ANN = Actor("ann", "operator", "req-ann-1", "192.0.2.7", via="session")
BOB = Actor("bob", "administrator", "req-bob-1", "2001:db8::1", via="token ci")


@pytest.fixture
def client(viewer: User) -> Client:
    return signed_in(viewer)


@pytest.fixture
def entries() -> list[AuditEntry]:
    with audited():
        return [
            record(
                actor=ANN,
                action="fault_plan.set",
                subject="fault plan 41",
                before={"enabled": False, "error_rate": 0},
                after={"enabled": True, "error_rate": 0.07},
                reason="Friday rehearsal",
            ),
            record(actor=BOB, action="incident.resolved", subject="incident 5"),
            record(
                actor=BOB,
                action="game_day.approved",
                subject="game day 3",
                detail={"scenario": "progressive-errors"},
            ),
        ]


def found(client: Client, query: str = "") -> list[int]:
    page = client.get(AT + query)
    assert page.status_code == 200
    return [row.number for row in page.context["rows"]]


SEARCHES = {
    "": [3, 2, 1],
    "?q=rehearsal": [1],
    "?q=friday+REHEARS": [1],
    "?q=0.07": [1],
    "?q=fault_plan.set": [1],
    "?q=progressive": [3],
    "?q=192.0.2.7": [1],
    "?q=nothing": [],
    "?q=%27%29%3B+DROP+TABLE": [],
    "?q=%21%26%7C": [],
    "?actor=bob": [3, 2],
    "?actor=bo": [],
    "?action=incident.resolved": [2],
    "?action=game_day.": [3],
    "?kind=incidents": [2],
    "?kind=faults": [1],
    "?subject=incident+5": [2],
    "?address=2001:db8::1": [3, 2],
    "?request=req-ann-1": [1],
    "?from=2000-01-01&to=2100-01-01": [3, 2, 1],
    "?from=2100-01-01": [],
    "?to=2000-01-01T12:00:00Z": [],
    "?to=9999-12-30": [3, 2, 1],
    "?before=3": [2, 1],
    "?actor=bob&kind=incidents": [2],
}


@pytest.mark.usefixtures("entries")
def test_it_finds_what_is_asked_for(client: Client) -> None:
    for query, numbers in SEARCHES.items():
        assert found(client, query) == numbers, query


def test_what_cannot_be_read_is_told(client: Client) -> None:
    for query in (
        "?from=yesterday",
        "?kind=x",
        "?before=0",
        "?actor=%00",
        "?to=\u0661",
    ):
        page = client.get(AT + query)
        assert page.status_code == 400, query
        assert 'role="alert"' in page.text


@pytest.mark.usefixtures("entries")
def test_an_entry_shows_what_changed_and_leads_there_and_back(client: Client) -> None:
    page = client.get(AT).text
    line = (
        '<th scope="row">error_rate</th><td class="was">0</td><td class="now">0.07</td>'
    )
    assert line in page
    assert '<td class="was">no</td><td class="now">yes</td>' in page
    assert 'href="/console/incidents/5"' in page
    assert 'href="/console/game-days/3"' in page
    assert 'href="/console/audit?subject=incident+5"' in page
    assert 'href="/console/audit?request=req-ann-1"' in page
    assert 'aria-current="page">Audit' in page


def test_whatever_somebody_typed_stays_text(client: Client) -> None:
    with audited():
        record(
            actor=Actor(XSS, XSS, XSS, XSS, via=XSS), action=XSS, subject=XSS,
            reason=XSS, before={XSS: XSS}, after={XSS: [XSS]}, detail={XSS: {XSS: XSS}},
        )  # fmt: skip
    page = client.get(AT).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") > 10
    again = client.get(AT, {"q": XSS, "subject": XSS, "actor": XSS}).text
    assert "<script>alert" not in again


def test_a_page_ends_where_the_next_begins(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 2)
    with audited():
        for number in range(5):
            record(actor=ANN, action="a.b", detail={"n": number})
    seen, query = [], "?actor=ann"
    while query:
        seen.append(found(client, query))
        older = re.search(
            r'href="/console/audit(\?[^"]*before=\d+)"', client.get(AT + query).text
        )
        query = older[1].replace("&amp;", "&") if older else ""
    assert seen == [[5, 4], [3, 2], [1]]


@pytest.mark.usefixtures("entries")
def test_the_banner_says_what_verifying_found(client: Client) -> None:
    assert 'data-verdict="never"' in client.get(AT).text
    assert client.post(f"{AT}/verify").status_code == 302
    assert "Unbroken up to entry 3." in client.get(AT).text
    sql("UPDATE audit_entry SET actor = 'mallory' WHERE id = 2")
    told = client.post(f"{AT}/verify", headers={"Accept": "application/json"}).json()
    assert (told["data"]["state"], told["data"]["broken"]["number"]) == ("broken", 2)
    page = client.get(AT).text
    assert 'data-verdict="broken"' in page
    assert "Entry 2 does not match its seal" in page
    assert client.get(f"{AT}/verify").status_code == 405


@pytest.mark.usefixtures("entries")
def test_an_export_holds_what_is_filtered_and_tells_its_digest(client: Client) -> None:
    answer = client.get(f"{AT}/export?format=jsonl&actor=bob")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert [json.loads(line)["number"] for line in content.splitlines()] == [3, 2]
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer["Digest"] == f"sha-256={digest}"
    assert answer["Content-Length"] == str(len(content))
    assert 'filename="ironclad-audit.jsonl"' in answer["Content-Disposition"]
    assert answer.has_header("X-Ironclad-Cut") is False


def test_no_cell_of_an_export_is_a_formula_and_it_says_where_it_is_cut(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "EXPORT_MOST", 2)
    with audited():
        for _ in range(3):
            record(actor=Actor("=cmd()", "x"), action="a.b", reason="@SUM(1)")
    answer = client.get(f"{AT}/export?format=csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["actor"], row["reason"]) for row in rows] == [
        ("'=cmd()", "'@SUM(1)")
    ] * 2
    assert answer["X-Ironclad-Cut"] == "2"
    assert client.get(f"{AT}/export?format=pdf").status_code == 400


@pytest.mark.usefixtures("entries")
def test_whoever_has_no_role_sees_nothing(nobody: User) -> None:
    client = signed_in(nobody)
    assert client.get(AT).status_code == 403
    assert client.get(f"{AT}/export").status_code == 403
    assert client.post(f"{AT}/verify").status_code == 403
    assert Client().get(AT).status_code == 302

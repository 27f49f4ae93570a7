"""One's own account: tokens, sessions, what one may do."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from pytest_django.fixtures import Settings

from sre_console.accounts.tokens import identify, token_create
from sre_console.audit.actor import SYSTEM
from sre_console.models import ApiToken, SignedIn
from tests.integration.pages.conftest import person, signed_in

pytestmark = pytest.mark.django_db
ACCOUNT = "/console/account"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_it_says_who_one_is_and_what_one_may(viewer: User) -> None:
    page = signed_in(viewer).get(ACCOUNT).text
    assert "sees everything, changes nothing" in page
    assert "see the console and read the API" in page
    assert "/console/account/second-factor" in page
    assert "/console/account/password" in page
    assert "/console/people" not in page


def test_a_token_is_shown_once_and_revoked(viewer: User) -> None:
    client = signed_in(viewer)
    sent = {"name": "laptop", "days": "7", "scopes": ["read"]}
    answer = client.post(f"{ACCOUNT}/tokens", sent)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r"irn_[\w-]{43}", answer.text)
    assert found is not None
    assert identify(found[0]) is not None
    page = client.get(ACCOUNT).text
    assert found[0] not in page
    assert "laptop" in page
    number = ApiToken.objects.get().pk
    client.post(f"{ACCOUNT}/tokens/{number}/revoke")
    assert identify(found[0]) is None
    assert "laptop" not in client.get(ACCOUNT).text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": "x", "days": "366", "scopes": ["read"]}, "from 1 to 365"),
        ({"name": "x", "days": "", "scopes": ["read"]}, "from 1 to 365"),
        ({"name": "x", "days": "7"}, "Choose one or more"),
        ({"name": " ", "days": "7", "scopes": ["read"]}, "what it is for"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    viewer: User, sent: dict[str, object], told: str
) -> None:
    answer = signed_in(viewer).post(f"{ACCOUNT}/tokens", sent)
    assert answer.status_code == 400
    assert told in answer.text
    assert f'value="{str(sent["days"]) or 90}"' in answer.text


def test_anothers_token_and_session_are_not_there(viewer: User, operator: User) -> None:
    token_create(actor=SYSTEM, user=viewer, name="laptop")
    signed_in(viewer)
    number = ApiToken.objects.get().pk
    handle = SignedIn.objects.get(user=viewer).digest[:16]
    client = signed_in(operator)
    assert client.post(f"{ACCOUNT}/tokens/{number}/revoke").status_code == 404
    assert client.post(f"{ACCOUNT}/sessions/{handle}/end").status_code == 404
    assert ApiToken.objects.get().revoked_at is None
    assert SignedIn.objects.filter(user=viewer).exists()


def test_this_session_is_marked_and_the_others_are_ended(viewer: User) -> None:
    here, there = signed_in(viewer), signed_in(viewer)
    page = here.get(ACCOUNT).text
    assert page.count("data-session=") == 2
    assert page.count("this one") == 1
    handles = re.findall(r'action="(/console/account/sessions/[0-9a-f]{16}/end)"', page)
    assert len(handles) == 1
    here.post(handles[0])
    assert there.get(ACCOUNT).status_code == 302
    again = signed_in(viewer)
    here.post(f"{ACCOUNT}/sessions/end")
    assert again.get(ACCOUNT).status_code == 302
    assert here.get(ACCOUNT).status_code == 200


def test_what_somebody_named_is_text(viewer: User) -> None:
    client = signed_in(viewer)
    sent = {"name": "<script>alert(1)</script>", "days": "7", "scopes": ["read"]}
    assert "<script>alert" not in client.post(f"{ACCOUNT}/tokens", sent).text
    SignedIn.objects.update(agent="<script>alert(2)</script>", address="<b>")
    page = client.get(ACCOUNT).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_menu_leads_there_and_to_what_one_may(viewer: User) -> None:
    assert 'href="/console/account"' in signed_in(viewer).get("/console/live").text
    ada = signed_in(person("ann", "administrator")).get("/console/live").text
    assert 'href="/console/people"' in ada
    assert 'href="/console/access"' in ada
    paula = signed_in(person("paula", "approver")).get("/console/live").text
    assert 'href="/console/people"' not in paula
    assert 'href="/console/access"' in paula

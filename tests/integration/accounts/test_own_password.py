"""One's own password: changed with the old one, by the rules; a temporary one first of all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from ironclad.errors import PermissionRefused
from sre_console.accounts.lockout import WRONG_MOST
from sre_console.accounts.people_sign_in import password_reset
from sre_console.audit.actor import Actor
from sre_console.models import Account, AuditEntry, PastPassword, SignedIn
from tests.integration.accounts.people import PASSWORD, person, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/console/account/password"
NEW = "a new horse every day"


@pytest.fixture
def ann(db: None, settings: Settings) -> User:
    settings.SIGN_IN_RATE_LIMIT = "1000/m"
    return person("ann", "operator")


@pytest.fixture
def inside(ann: User, client: Client) -> Client:
    sign_in(client)
    return client


def change(client: Client, new: str, old: str = PASSWORD, again: str = "") -> int:
    sent = {"old": old, "new": new, "again": again or new}
    return client.post(PAGE, sent).status_code


def test_it_is_changed_and_ends_the_other_sessions_alone(
    inside: Client, ann: User, settings: Settings
) -> None:
    other = Client()
    sign_in(other)
    before = inside.cookies[settings.SESSION_COOKIE_NAME].value
    assert change(inside, NEW) == 200
    assert SignedIn.objects.alive().count() == 1
    assert inside.get("/console/live").status_code == 200
    assert other.get("/console/live").status_code == 302
    assert inside.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert SignedIn.objects.alive().get().signed_in_at is not None
    assert sign_in(Client()) == "401"
    assert sign_in(Client(), password=NEW) == "/console/live"
    entry = AuditEntry.objects.get(action="password.changed")
    assert (entry.actor, entry.subject) == ("ann", "ann")
    assert Account.objects.get().password_changed_at is not None


def test_each_rule_refuses_and_says_why(inside: Client) -> None:
    refused = {
        "short horse": "at least 12 characters",
        "1qaz2wsx3edc": "too common",
        "490183027365": "entirely numeric",
        PASSWORD: "had this password before",
        "a horse\x00with a hole": "no password",
    }
    for new, words in refused.items():
        sent = {"old": PASSWORD, "new": new, "again": new}
        answer = inside.post(PAGE, sent)
        assert (answer.status_code, words in answer.text) == (400, True), new
    assert change(inside, NEW, again="another") == 400
    assert not AuditEntry.objects.filter(action="password.changed").exists()


def test_none_of_the_last_five_comes_back(inside: Client, ann: User) -> None:
    had = [PASSWORD] + [f"{NEW} {number}" for number in range(5)]
    for old, new in pairwise(had):
        assert change(inside, new, old) == 200
    assert [change(inside, old, had[-1]) for old in had[1:]] == [400] * 5
    assert change(inside, had[0], had[-1]) == 200
    assert PastPassword.objects.count() == 4


def test_a_wrong_old_one_is_refused_and_counted(inside: Client) -> None:
    assert change(inside, NEW, old="wrong") == 400
    assert AuditEntry.objects.order_by("-id")[0].action == "password.refused"
    for _ in range(WRONG_MOST - 1):
        change(inside, NEW, old="wrong")
    assert AuditEntry.objects.filter(action="account.locked").exists()
    assert change(inside, NEW) == 400  # the right one, too
    assert inside.get("/console/live").status_code == 200


def test_a_temporary_one_has_to_be_changed_first(ann: User) -> None:
    with pytest.raises(PermissionRefused):
        password_reset(actor=Actor("bob", "operator"), user=ann)
    given = password_reset(actor=Actor("root", "administrator"), user=ann)
    assert given not in str(list(AuditEntry.objects.values()))
    client = Client()
    assert sign_in(client, password=given) == "/console/sign-in/password"
    assert client.get("/console/live").status_code == 302
    page = "/console/sign-in/password"
    assert client.post(page, {"new": given, "again": given}).status_code == 400
    done = client.post(page, {"new": NEW, "again": NEW})
    assert done.headers["Location"] == "/console/live"
    assert client.get("/console/live").status_code == 200
    assert sign_in(Client(), password=given) == "401"
    assert sign_in(Client(), password=NEW) == "/console/live"


def test_whoever_has_none_is_told_so(client: Client, ann: User) -> None:
    ann.set_unusable_password()
    ann.save()
    client.force_login(ann)
    assert "No password here" in client.get(PAGE).text
    assert "No password here" in client.post(PAGE, {"new": NEW, "again": NEW}).text


def test_strangers_are_led_to_the_sign_in(client: Client) -> None:
    for page in (PAGE, "/console/account/second-factor"):
        assert client.get(page).headers["Location"].startswith("/console/sign-in")

"""Ten wrong tries in a row lock strangers out; never a browser that is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from ironclad.errors import PermissionRefused
from sre_console.accounts.lockout import (
    FIRST_LOCK,
    LONGEST_LOCK,
    WRONG_MOST,
    account_unlock,
    lock_length,
)
from sre_console.audit.actor import Actor
from sre_console.models import AuditEntry, SignInLock
from tests.integration.accounts.people import person, sign_in

pytestmark = pytest.mark.django_db

LIVE = "/console/live"


@pytest.fixture(autouse=True)
def ann(db: None, settings: Settings) -> User:
    settings.SIGN_IN_RATE_LIMIT = "1000/m"
    return person("ann", "operator")


def guess(client: Client, times: int = WRONG_MOST) -> None:
    for _ in range(times):
        assert sign_in(client, password="a wrong guess") == "401"


def locks_over() -> None:
    SignInLock.objects.update(locked_until=Now())


def test_after_ten_wrong_tries_the_right_password_is_refused_as_if_wrong() -> None:
    guess(Client())
    refused = Client().post("/console/sign-in", {"username": "ann", "password": "x"})
    assert sign_in(Client()) == "401"
    assert "do not match" in refused.text
    assert "lock" not in refused.text
    entry = AuditEntry.objects.get(action="account.locked")
    assert (entry.subject, entry.detail["minutes"]) == ("ann", 15)
    locks_over()
    assert sign_in(Client()) == LIVE


def test_fewer_lock_nobody_and_the_right_one_begins_the_count_anew() -> None:
    for _ in range(2):
        guess(Client(), WRONG_MOST - 1)
        assert sign_in(Client()) == LIVE
    assert not AuditEntry.objects.filter(action="account.locked").exists()


def test_each_lock_is_twice_as_long_up_to_a_day() -> None:
    lengths = [lock_length(locks) for locks in range(9)]
    assert lengths[:3] == [FIRST_LOCK, FIRST_LOCK * 2, FIRST_LOCK * 4]
    assert lengths[-1] == lock_length(10_000) == LONGEST_LOCK
    guess(Client())
    locks_over()
    guess(Client())
    minutes = AuditEntry.objects.filter(action="account.locked").order_by("id")
    assert [entry.detail["minutes"] for entry in minutes] == [15, 30]


def test_tries_during_a_lock_do_not_prolong_it() -> None:
    guess(Client())
    before = SignInLock.objects.get().locked_until
    guess(Client(), WRONG_MOST)
    assert SignInLock.objects.get().locked_until == before


def test_guessers_cannot_keep_a_known_browser_out() -> None:
    known = Client()
    assert sign_in(known) == LIVE
    known.post("/console/sign-out")
    guess(Client())
    assert sign_in(Client()) == "401"
    assert sign_in(known) == LIVE
    assert sign_in(Client()) == "401"  # which does not help the guessers


def test_nor_by_using_up_the_tries_of_a_minute(settings: Settings) -> None:
    known = Client()
    assert sign_in(known) == LIVE
    known.post("/console/sign-out")
    settings.SIGN_IN_RATE_LIMIT = "3/m"
    guess(Client(), 3)
    assert sign_in(Client()) == "429"
    assert sign_in(known) == LIVE
    known.post("/console/sign-out")
    guess(known, 2)
    assert sign_in(known) == "429"  # it has as many as anybody


def test_a_known_browser_that_guesses_is_locked_out_by_itself() -> None:
    known = Client()
    sign_in(known)
    known.post("/console/sign-out")
    guess(known)
    assert sign_in(known) == "401"
    assert sign_in(Client()) == LIVE


def test_a_browser_is_known_for_its_own_person_alone_and_its_cookie_is_signed(
    settings: Settings,
) -> None:
    person("bob", "viewer")
    mallory = Client()
    assert sign_in(mallory, "bob") == LIVE
    mallory.post("/console/sign-out")
    guess(mallory)
    assert sign_in(Client()) == "401"  # counted as a stranger's
    cookie = mallory.cookies[settings.KNOWN_BROWSER_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    mallory.cookies[settings.KNOWN_BROWSER_COOKIE] = cookie.value[:-2] + "xx"
    assert sign_in(mallory, "bob") == LIVE


def test_the_person_is_told_once_of_wrong_tries_at_the_next_sign_in(
    client: Client,
) -> None:
    guess(Client(), 3)
    sign_in(client)
    assert "3 wrong tries" in client.get(LIVE).text
    assert "wrong tries" not in client.get(LIVE).text


def test_an_administrator_unlocks_and_nobody_else(ann: User) -> None:
    guess(Client())
    with pytest.raises(PermissionRefused):
        account_unlock(actor=Actor("bob", "operator"), user=ann)
    account_unlock(actor=Actor("root", "administrator"), user=ann)
    assert sign_in(Client()) == LIVE
    guess(Client())
    call_command("account_unlock", "ann")
    assert sign_in(Client()) == LIVE
    assert AuditEntry.objects.filter(action="account.unlocked").count() == 2
    with pytest.raises(CommandError, match="no person"):
        call_command("account_unlock", "eve")


def test_a_week_without_tries_is_forgotten() -> None:
    guess(Client(), WRONG_MOST - 1)
    SignInLock.objects.update(tried_at=Now() - timedelta(days=8), locks=5)
    guess(Client(), 1)
    assert (SignInLock.objects.get().wrong, SignInLock.objects.get().locks) == (1, 0)

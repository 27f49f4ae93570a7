"""A session: a new key at each step, idle and absolute ends, and where it came from."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import UpdateError
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from sre_console.access.matrix import Role
from sre_console.accounts.people import role_change
from sre_console.audit.actor import SYSTEM
from sre_console.models import SignedIn
from sre_console.pages.people import read
from tests.integration.accounts.people import enrolled, person, sign_in

pytestmark = pytest.mark.django_db

LIVE = "/console/live"


@pytest.fixture(autouse=True)
def ann(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    # the test's own connection is the only one there is
    monkeypatch.setattr("sre_console.pages.people.close_old_connections", lambda: None)
    return person("ann", "operator")


def cookie(client: Client, settings: Settings) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def signed_in(client: Client) -> bool:
    status = client.get("/api/chaos").status_code
    assert status in {200, 401}
    return status == 200


def test_a_row_tells_where_from_and_holds_no_key(ann: User, settings: Settings) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7", headers={"User-Agent": "Fox/1" * 100})
    sign_in(client)
    row = SignedIn.objects.alive().get()
    assert (row.user, row.role, row.how) == (ann, "operator", "password")
    assert (row.address, row.agent) == ("192.0.2.7", ("Fox/1" * 100)[:200])
    key = cookie(client, settings)
    assert row.digest == hashlib.sha256(key.encode()).hexdigest()
    assert key not in str(SignedIn.objects.values())
    assert client.session["_auth_user_id"] == str(ann.pk)
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = row.digest
    assert not signed_in(stolen)


def test_no_key_of_before_outlives_a_step_of_the_sign_in(
    ann: User, settings: Settings
) -> None:
    app = enrolled(ann)
    client, thief = Client(), Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosenbytheattacker0123456789abc"
    keys = ["chosenbytheattacker0123456789abc"]
    sign_in(client)
    keys.append(cookie(client, settings))
    client.post("/console/sign-in/code", {"code": app.now()})
    keys.append(cookie(client, settings))
    assert len(set(keys)) == 3
    for key in keys[:2]:
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert not signed_in(thief)
    assert signed_in(client)
    assert "half_signed_in" not in client.session
    sign_in(client)  # again, over the session that is there
    thief.cookies[settings.SESSION_COOKIE_NAME] = keys[2]
    assert not signed_in(thief)


def test_it_ends_when_it_is_idle_and_12_hours_after_the_sign_in(
    ann: User, settings: Settings
) -> None:
    settings.SESSION_IDLE_MINUTES = 60
    client = Client()
    sign_in(client)
    row = SignedIn.objects.get(user=ann)
    assert row.signed_in_at is not None
    assert row.expires_at - row.signed_in_at == timedelta(hours=12)
    SignedIn.objects.update(seen_at=Now() - timedelta(minutes=59))
    assert signed_in(client)
    SignedIn.objects.update(seen_at=Now() - timedelta(minutes=61))
    assert not SignedIn.objects.alive().exists()
    assert not signed_in(client)
    sign_in(client)
    SignedIn.objects.update(expires_at=Now())
    assert not signed_in(client)


def test_its_use_is_noted_each_minute_and_not_at_each_request(
    ann: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(ann)
    key = client.cookies[next(iter(client.cookies))].value
    SignedIn.objects.update(seen_at=Now() - timedelta(seconds=61))
    before = SignedIn.objects.get().seen_at
    with django_assert_num_queries(4):  # the row, the touch, the person, the role
        assert read(key) is not None
    assert SignedIn.objects.get().seen_at > before
    with django_assert_num_queries(3):
        assert read(key) is not None


@pytest.mark.parametrize("role", ["viewer", None])
def test_it_ends_with_the_role_and_an_open_console_hears_of_it(
    ann: User, role: Role | None, settings: Settings
) -> None:
    client = Client()
    sign_in(client)
    role_change(actor=SYSTEM, user=ann, role="operator")  # the same: nothing ends
    assert read(cookie(client, settings)) is not None
    role_change(actor=SYSTEM, user=ann, role=role)
    assert not signed_in(client)
    assert read(cookie(client, settings)) is None


def test_every_way_in_is_listed(ann: User) -> None:
    Client().force_login(ann)
    row = SignedIn.objects.alive().get()
    assert (row.role, row.how, row.second_factor) == ("operator", "", False)


def test_a_deleted_row_is_not_written_back(ann: User) -> None:
    client = Client()
    sign_in(client)
    session = client.session
    session["note"] = 1
    SignedIn.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not SignedIn.objects.exists()

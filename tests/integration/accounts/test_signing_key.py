"""The signing key is changed, and nobody is signed out by it."""

from __future__ import annotations

import secrets

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from pytest_django.fixtures import Settings

from sre_console.accounts.session_store import SessionStore
from sre_console.accounts.session_user import user_of
from sre_console.models import SignedIn
from tests.integration.pages.conftest import PASSWORD, person

pytestmark = pytest.mark.any_postgres

OLD, NEW = secrets.token_urlsafe(50), secrets.token_urlsafe(50)
PAGE = "/console/live"


@pytest.fixture
def ada(db: None, settings: Settings) -> User:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    return person("ada", "operator")


@pytest.fixture
def browser(client: Client, ada: User) -> Client:
    """Somebody who signed in before the change."""
    sent = {"username": "ada", "password": PASSWORD}
    assert client.post("/console/sign-in", sent).status_code == 302
    assert client.get(PAGE).status_code == 200
    return client


def number(browser: Client, settings: Settings) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def beside(browser: Client) -> Client:
    """Another request of the same page: it has the cookie of now."""
    other = Client()
    other.cookies.load(browser.cookies.output(header="", sep=";"))
    return other


def test_they_stay_signed_in_under_the_new_key(
    browser: Client, settings: Settings
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    others = [beside(browser), beside(browser)]
    before = number(browser, settings)
    assert [each.get(PAGE).status_code for each in (browser, *others)] == [200] * 3
    assert number(browser, settings) == before


def test_and_so_once_the_old_one_is_gone(browser: Client, settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert browser.get(PAGE).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get(PAGE).status_code == 200


def test_who_was_away_meanwhile_signs_in_anew(
    browser: Client, settings: Settings
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []
    assert browser.get(PAGE).status_code == 302


def test_new_sessions_are_signed_by_the_new_key_alone(
    ada: User, client: Client, settings: Settings
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    client.post("/console/sign-in", {"username": "ada", "password": PASSWORD})
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    assert client.get(PAGE).status_code == 302


def test_replicas_of_both_sides_serve_one_person_in_turns(
    browser: Client, settings: Settings
) -> None:
    """As docs/guide/secrets.md has it: the new key is known everywhere before it signs."""
    before = number(browser, settings)
    for first, second in [(OLD, NEW), (NEW, OLD)] * 3:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = first, [second]
        assert browser.get(PAGE).status_code == 200
    assert number(browser, settings) == before


def test_an_open_console_is_known_and_its_session_left_alone(
    browser: Client, settings: Settings
) -> None:
    key = number(browser, settings)
    held = SignedIn.objects.get().data
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert user_of(SessionStore(key)).get_username() == "ada"
    settings.SECRET_KEY_FALLBACKS = []
    assert user_of(SessionStore(key)).is_anonymous
    assert SignedIn.objects.get().data == held


def test_another_signature_is_judged_alike(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    signed = signing.dumps("x")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert signing.loads(signed) == "x"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(signing.BadSignature):
        signing.loads(signed)

"""Sessions are listed and ended; whoever's has ended is out with the next request."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from ironclad.errors import NotFound, PermissionRefused
from sre_console.accounts.sessions import (
    HANDLE,
    session_end,
    sessions_end,
    sessions_of,
)
from sre_console.accounts.tokens import digest_of
from sre_console.audit.actor import Actor
from sre_console.models import AuditEntry
from tests.integration.accounts.people import person
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db
VIC = Actor("vic", "viewer", via="session")
OTTO = Actor("otto", "operator", via="session")
ADA = Actor("ada", "administrator", via="session")


@pytest.fixture
def vic(db: None) -> User:
    return person("vic", "viewer")


def digest(client: Client) -> str:
    return digest_of(client.cookies[settings.SESSION_COOKIE_NAME].value)


def inside(client: Client) -> bool:
    return client.get("/console/live").status_code == 200


def test_each_browser_is_a_session(vic: User) -> None:
    browsers = [signed_in(vic) for _ in range(3)]
    found = [each.digest for each in sessions_of(vic)]
    assert sorted(found) == sorted(map(digest, browsers))


def test_one_ends_and_the_others_go_on(vic: User) -> None:
    here, there = signed_in(vic), signed_in(vic)
    session_end(actor=VIC, handle=digest(there)[:HANDLE])
    assert inside(here)
    assert not inside(there)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("session.ended", "vic")


def test_all_the_others_end(vic: User) -> None:
    here, *others = (signed_in(vic) for _ in range(3))
    assert sessions_end(actor=VIC, user=vic, but=digest(here)) == 2
    assert inside(here)
    assert not any(map(inside, others))
    assert sessions_end(actor=VIC, user=vic, but=digest(here)) == 0
    assert AuditEntry.objects.count() == 1


def test_anothers_is_not_there_but_for_an_administrator(vic: User) -> None:
    browser = signed_in(vic)
    handle = digest(browser)[:HANDLE]
    for handles in (handle, "0" * HANDLE):
        with pytest.raises(NotFound):
            session_end(actor=OTTO, handle=handles)
    with pytest.raises(PermissionRefused):
        sessions_end(actor=OTTO, user=vic)
    assert inside(browser)
    session_end(actor=ADA, handle=handle)
    assert not inside(browser)


@pytest.mark.parametrize("handle", ["", "0", "x" * 64])
def test_a_handle_is_whole(vic: User, handle: str) -> None:
    browser = signed_in(vic)
    with pytest.raises(NotFound):
        session_end(actor=ADA, handle=handle)
    assert inside(browser)


def test_a_token_ends_no_session(vic: User) -> None:
    by_token = Actor("vic", "viewer", scopes=frozenset({"read"}), via="token ci")
    browser = signed_in(vic)
    with pytest.raises(PermissionRefused):
        session_end(actor=by_token, handle=digest(browser)[:HANDLE])
    assert inside(browser)

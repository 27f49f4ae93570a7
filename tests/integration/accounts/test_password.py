from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from ironclad.errors import AuthenticationRequired
from sre_console.accounts.services import password_sign_in, sign_out
from sre_console.models import AuditEntry
from tests.integration.accounts.people import PASSWORD, browser, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return person("ann", "operator")


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def test_the_right_password_signs_in_and_is_audited(ann: User) -> None:
    request = browser()
    request.scope = {"ironclad": SimpleNamespace(request_id="request-1")}  # type: ignore[attr-defined]
    assert password_sign_in(request, username="ann", password=PASSWORD) == ann
    assert request.session["_auth_user_id"] == str(ann.pk)
    entry = newest()
    assert (entry.action, entry.actor, entry.role, entry.request_id) == (
        "sign_in.accepted",
        "ann",
        "operator",
        "request-1",
    )


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ann", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("ann", "a\x00b"),
        ("a\x00nn", PASSWORD),
        ("\ud800", PASSWORD),
        ("ann", "\ud800"),
        ("ann", "x" * 5000),
    ],
)
def test_anything_else_is_refused_in_the_same_words(
    username: str, password: str
) -> None:
    request = browser()
    with pytest.raises(AuthenticationRequired, match="don't match an account"):
        password_sign_in(request, username=username, password=password)
    assert "_auth_user_id" not in request.session
    assert newest().action == "sign_in.refused"


def test_a_person_without_a_role_or_switched_off_is_refused_in_the_same_words(
    ann: User,
) -> None:
    person("bob")
    User.objects.filter(pk=ann.pk).update(is_active=False)
    for name in ("bob", "ann"):
        with pytest.raises(AuthenticationRequired, match="don't match an account"):
            password_sign_in(browser(), username=name, password=PASSWORD)


@pytest.mark.usefixtures("ann")
def test_the_audit_log_names_whom_it_refused_but_keeps_nothing_typed_by_mistake() -> (
    None
):
    with pytest.raises(AuthenticationRequired):
        password_sign_in(browser(), username="ann", password="hunter2")
    assert newest().subject == "ann"
    with pytest.raises(AuthenticationRequired):
        password_sign_in(browser(), username=PASSWORD, password="ann")
    assert newest().subject == "unknown"
    assert PASSWORD not in str(list(AuditEntry.objects.values()))
    assert "hunter2" not in str(list(AuditEntry.objects.values()))


def test_signing_out_ends_the_session_and_is_audited(ann: User) -> None:
    request = browser()
    password_sign_in(request, username="ann", password=PASSWORD)
    sign_out(request)
    assert "_auth_user_id" not in request.session
    assert (newest().action, newest().actor) == ("sign_out", ann.username)


def test_signing_out_without_being_in_is_nothing() -> None:
    sign_out(browser())
    assert not AuditEntry.objects.exists()


@pytest.mark.usefixtures("ann")
def test_signing_in_takes_sessions_away_that_have_ended() -> None:
    now = timezone.now()
    for key, left in (("dead", -1), ("alive", 60)):
        ends = now + timedelta(seconds=left)
        Session.objects.create(session_key=key, expire_date=ends)
    password_sign_in(browser(), username="ann", password=PASSWORD)
    keys = set(Session.objects.values_list("session_key", flat=True))
    assert keys & {"dead", "alive"} == {"alive"}

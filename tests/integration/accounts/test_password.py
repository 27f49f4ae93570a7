from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from ironclad.errors import AuthenticationRequired
from sre_console.accounts.services import sign_out
from sre_console.accounts.signing_in import password_sign_in
from sre_console.models import AuditEntry, SignedIn, SignInLock
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
    assert password_sign_in(request, username="ann", password=PASSWORD) == "in"
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
    with pytest.raises(AuthenticationRequired, match="do not match an account"):
        password_sign_in(request, username=username, password=password)
    assert "_auth_user_id" not in request.session
    assert newest().action == "sign_in.refused"


class Counting(MD5PasswordHasher):
    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.hashed += 1
        return super().encode(password, salt)


def test_each_refusal_hashes_once_and_says_why_in_the_audit_log_alone(
    ann: User, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    for user in (ann, person("off", "viewer"), person("bob"), person("shut", "viewer")):
        user.set_password(PASSWORD)
        user.save()
    User.objects.filter(username="off").update(is_active=False)
    soon = timezone.now() + timedelta(minutes=1)
    SignInLock.objects.create(
        user=User.objects.get(username="shut"), browser="", locked_until=soon
    )
    User.objects.create(username="sso", password="!none")
    cases = {
        ("ann", "wrong"): "wrong password",
        ("nobody", PASSWORD): "unknown name",
        ("ann", "a\x00b"): "wrong password",
        ("off", PASSWORD): "switched off",
        ("bob", PASSWORD): "no role",
        ("shut", PASSWORD): "locked",
        ("sso", "!none"): "wrong password",
    }
    for (name, password), reason in cases.items():
        Counting.hashed = 0
        with pytest.raises(AuthenticationRequired, match="do not match an account"):
            password_sign_in(browser(), username=name, password=password)
        assert (Counting.hashed, newest().detail["reason"]) == (1, reason), name


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
    assert not SignedIn.objects.alive().exists()
    assert (newest().action, newest().actor) == ("sign_out", ann.username)


def test_signing_out_without_being_in_is_nothing() -> None:
    sign_out(browser())
    assert not AuditEntry.objects.exists()


@pytest.mark.usefixtures("ann")
def test_signing_in_takes_sessions_away_that_have_ended() -> None:
    now = timezone.now()
    for key, left in (("dead", -1), ("alive", 60)):
        ends = now + timedelta(seconds=left)
        SignedIn.objects.create(digest=key, expires_at=ends)
    password_sign_in(browser(), username="ann", password=PASSWORD)
    keys = set(SignedIn.objects.values_list("digest", flat=True))
    assert keys & {"dead", "alive"} == {"alive"}

"""An authenticator app is asked for after the password, each of its codes once."""

from __future__ import annotations

import time
from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from ironclad.clock import clock
from ironclad.errors import PermissionRefused
from sre_console.accounts.lockout import WRONG_MOST
from sre_console.accounts.second_factor import (
    code_accept,
    recovery_codes_renew,
    second_factor_remove,
    second_factor_reset,
)
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.services import audited
from sre_console.models import AuditEntry, RecoveryCode, SecondFactor, SignedIn
from sre_console.pages.people import read
from tests.integration.accounts.people import (
    PASSWORD,
    SECRET,
    enrolled,
    person,
    sign_in,
)
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db

CODE = "/console/sign-in/code"
LIVE = "/console/live"


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.SIGN_IN_RATE_LIMIT = "1000/m"


@pytest.fixture
def ann(db: None) -> User:
    return person("ann", "operator")


@pytest.fixture
def app(ann: User) -> pyotp.TOTP:
    return enrolled(ann)


def send(client: Client, code: str) -> str:
    answer = client.post(CODE, {"code": code})
    return answer.headers.get("Location", str(answer.status_code))


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_the_password_leads_to_the_code_and_the_code_to_the_console(
    client: Client, app: pyotp.TOTP
) -> None:
    assert sign_in(client, next="/console/alerts") == CODE
    assert client.get(CODE).status_code == 200
    assert send(client, app.now()) == "/console/alerts"
    assert client.get("/console/alerts").status_code == 200
    row = SignedIn.objects.alive().get()
    assert (row.how, row.second_factor, row.role) == ("password", True, "operator")
    assert actions() == ["second_factor.accepted", "sign_in.accepted"]


def test_whoever_is_half_signed_in_may_do_nothing_else(
    client: Client,
    app: pyotp.TOTP,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_in(client)
    monkeypatch.setattr("sre_console.pages.people.close_old_connections", lambda: None)
    # whom the WebSocket takes it for
    assert read(client.cookies[settings.SESSION_COOKIE_NAME].value) is None
    for path in ("/console/live", "/console/account/password", "/admin/"):
        assert client.get(path).status_code == 302
    assert client.get("/console/live/series").status_code == 401
    assert client.get("/api/chaos").status_code == 401
    assert client.post("/api/chaos/disable").status_code in {401, 403}
    assert not SignedIn.objects.alive().exists()
    other = Client()  # the step is this browser's alone
    assert send(other, app.now()) == "401"


def test_a_code_works_once_also_for_two_at_once(ann: User, app: pyotp.TOTP) -> None:
    code = app.now()
    with audited():
        assert code_accept(ann, code) == "app"
        assert code_accept(ann, code) is None
        assert code_accept(ann, app.at(time.time() - 30)) is None  # older than the last


@pytest.mark.django_db(transaction=True)
def test_of_two_with_one_code_one_is_let_in() -> None:
    ann = person("ann", "operator")
    code = enrolled(ann).now()

    def use() -> str | None:
        with audited():
            return code_accept(ann, code)

    assert sorted(map(str, at_once([use] * 4))) == ["None", "None", "None", "app"]


def test_a_wrong_code_is_refused_and_five_of_them_end_the_sign_in(
    client: Client, app: pyotp.TOTP
) -> None:
    sign_in(client)
    refused = [client.post(CODE, {"code": "000000"}) for _ in range(5)]
    assert [answer.status_code for answer in refused] == [401] * 5
    assert "wrong" in refused[0].text
    assert "Begin again" in refused[4].text
    assert send(client, app.now()) == "401"
    assert actions().count("second_factor.refused") == 5


def test_wrong_codes_lock_the_account_like_wrong_passwords(
    app: pyotp.TOTP, client: Client
) -> None:
    for _ in range(WRONG_MOST // 5):
        sign_in(client)
        for _ in range(5):
            send(client, "000000")
    assert actions()[-2:] == ["account.locked", "second_factor.refused"]
    assert sign_in(client) == "401"


def test_after_five_minutes_or_with_another_password_it_begins_anew(
    client: Client, ann: User, app: pyotp.TOTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    now = clock.epoch()
    monkeypatch.setattr(clock, "epoch", lambda: now + 301)
    assert send(client, app.now()) == "401"
    monkeypatch.undo()
    sign_in(client)
    ann.set_password("another horse battery")
    ann.save()
    assert send(client, app.now()) == "401"
    assert client.get(CODE).headers["Location"] == "/console/sign-in"


def test_a_recovery_code_lets_in_once(
    client: Client, ann: User, app: pyotp.TOTP
) -> None:
    actor = Actor("ann", "operator")
    code, other = recovery_codes_renew(actor=actor, user=ann)[:2]
    stored = str(list(RecoveryCode.objects.values()))
    assert code not in stored
    assert code.replace("-", "") not in stored
    sign_in(client)
    assert send(client, code.lower().replace("-", " ")) == LIVE
    again = Client()
    sign_in(again)
    assert send(again, code) == "401"
    assert send(again, other) == LIVE


def test_the_secret_is_encrypted_and_outlives_a_change_of_the_signing_key(
    ann: User, app: pyotp.TOTP, settings: Settings
) -> None:
    before = SecondFactor.objects.get().secret
    assert SECRET not in before
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" + "y" * 40
    with audited():
        assert code_accept(ann, app.now()) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    with audited():
        assert code_accept(ann, app.now()) == "app"
    settings.SECRET_KEY_FALLBACKS = []  # it was encrypted anew when it was read
    SecondFactor.objects.update(last_step=0)
    with audited():
        assert code_accept(ann, app.now()) == "app"


def test_an_administrator_resets_it_and_the_persons_sessions_end(
    client: Client, ann: User, app: pyotp.TOTP
) -> None:
    sign_in(client)
    send(client, app.now())
    with pytest.raises(PermissionRefused):
        second_factor_reset(actor=Actor("bob", "operator"), user=ann)
    second_factor_reset(actor=Actor("root", "administrator"), user=ann)
    assert client.get(LIVE).status_code == 302
    assert actions()[-1] == "second_factor.reset"
    assert sign_in(client) == LIVE  # optional here
    enrolled(ann)
    call_command("second_factor_reset", "ann")
    assert not SecondFactor.objects.exists()


def test_it_cannot_be_removed_where_it_is_required(
    ann: User, app: pyotp.TOTP, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    with pytest.raises(PermissionRefused):
        second_factor_remove(actor=SYSTEM, user=ann)


# -- Where it is required --------------------------------------------------------------------


def enrol_from(client: Client) -> str:
    """The secret that the page shows."""
    page = client.get("/console/sign-in/enrol")
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.text
    return "".join(page.context["page"].secret)


def test_whoever_must_have_one_enrols_after_the_password(
    client: Client, ann: User, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    assert sign_in(client) == "/console/sign-in/enrol"
    assert client.get(LIVE).status_code == 302
    secret = enrol_from(client)
    assert enrol_from(client) == secret
    wrong = client.post("/console/sign-in/enrol", {"code": "000000"})
    assert (wrong.status_code, "clock of your phone" in wrong.text) == (401, True)
    app = pyotp.TOTP(secret)
    done = client.post("/console/sign-in/enrol", {"code": app.now()})
    codes = done.context["page"].codes
    assert all(code in done.text for code in codes)
    assert len(codes) == 10
    assert client.get(LIVE).status_code == 200
    assert SignedIn.objects.alive().get().second_factor
    other = Client()
    assert sign_in(other) == CODE
    assert send(other, app.now()) == "401"  # its code was used to enrol
    assert send(other, codes[0]) == LIVE
    said = actions()
    assert said[:2] == ["second_factor.enrolled", "sign_in.accepted"]


def test_a_viewer_needs_none(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    person("vic", "viewer")
    assert sign_in(client, "vic") == LIVE


def test_a_session_of_before_ends_when_one_becomes_required(
    client: Client, ann: User, settings: Settings
) -> None:
    sign_in(client)
    assert client.get(LIVE).status_code == 200
    settings.SECOND_FACTOR = "required"
    assert client.get(LIVE).status_code == 302
    assert client.get("/api/chaos").status_code == 401


def test_steps_are_neither_skipped_nor_repeated(
    client: Client, ann: User, app: pyotp.TOTP, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    sign_in(client)
    for step in ("enrol", "password"):
        answer = client.post(f"/console/sign-in/{step}", {"code": app.now()})
        assert answer.headers["Location"] == CODE
    assert not SignedIn.objects.alive().exists()
    assert sign_in(client, password=PASSWORD + "x") == "401"


def test_the_time_is_the_databases(ann: User, app: pyotp.TOTP) -> None:
    SecondFactor.objects.update(confirmed_at=Now() - timedelta(days=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.time", lambda: 0.0)
        with audited():
            assert code_accept(ann, app.at(int(clock.epoch()))) == "app"

"""One's own second factor, by choice."""

from __future__ import annotations

import time

import pyotp
import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from sre_console.models import AuditEntry, SecondFactor, SignedIn
from tests.integration.accounts.people import person, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/console/account/second-factor"


@pytest.fixture
def ann(db: None, settings: Settings) -> User:
    settings.SIGN_IN_RATE_LIMIT = "1000/m"
    return person("ann", "viewer")


def test_it_is_set_up_used_renewed_and_switched_off(
    client: Client, ann: User, settings: Settings
) -> None:
    other = Client()
    for each in (client, other):
        sign_in(each)
    app = pyotp.TOTP("".join(client.get(PAGE).context["page"].secret))
    assert client.post(PAGE, {"code": "000000"}).status_code == 400
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    codes = client.post(PAGE, {"code": app.now()}).context["page"].codes
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert SignedIn.objects.alive().get().second_factor  # the other one has ended
    assert "10 recovery codes" in client.get(PAGE).text

    wrong = client.post(PAGE, {"code": app.now(), "does": "renew"})  # used to enrol
    assert wrong.status_code == 400
    new = client.post(PAGE, {"code": codes[0], "does": "renew"}).context["page"].codes
    assert not set(new) & set(codes)
    later = app.at(time.time() + 30)
    assert client.post(PAGE, {"code": later, "does": "remove"}).status_code == 302
    assert not SecondFactor.objects.exists()
    said = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(said)[2:] == [
        "second_factor.enrolled",
        "second_factor.refused",
        "second_factor.codes_renewed",
        "second_factor.removed",
    ]


def test_a_session_shows_the_secret_to_its_own_person_and_stores_it_encrypted(
    client: Client, ann: User
) -> None:
    sign_in(client)
    secret = "".join(client.get(PAGE).context["page"].secret)
    assert "".join(client.get(PAGE).context["page"].secret) == secret
    row = SignedIn.objects.alive().get()
    assert secret not in row.data
    assert secret not in str(client.session.items())

"""Whom to tell of a weakness, as RFC 9116 has it, to whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.any_postgres
PLACE = "/.well-known/security.txt"


@pytest.fixture(autouse=True)
def _told(settings: Settings) -> None:
    settings.SECURITY_CONTACT = ["mailto:security@example.org", "tel:+1-201-555-0123"]
    settings.SECURITY_POLICY = "https://example.org/policy"
    settings.CONSOLE_URL = "https://ironclad.example.org"


def test_it_has_the_fields_that_the_rfc_asks_for(client: Client, db: None) -> None:
    answer = client.get(PLACE)
    assert (answer.status_code, answer["Content-Type"]) == (
        200,
        "text/plain; charset=utf-8",
    )
    fields = [line.split(": ", 1) for line in answer.text.splitlines()]
    contacts = [value for name, value in fields if name == "Contact"]
    assert contacts == ["mailto:security@example.org", "tel:+1-201-555-0123"]
    rest = dict(fields)
    until = datetime.fromisoformat(rest["Expires"])
    assert timedelta(80) < until - datetime.now(UTC) < timedelta(365)
    assert rest["Canonical"] == f"https://ironclad.example.org{PLACE}"
    assert rest["Preferred-Languages"] == "en"
    assert rest["Policy"] == "https://example.org/policy"


def test_the_old_place_leads_there(client: Client, db: None) -> None:
    answer = client.get("/security.txt")
    assert (answer.status_code, answer["Location"]) == (302, PLACE)


def test_without_a_contact_there_is_none(
    client: Client, db: None, settings: Settings
) -> None:
    settings.SECURITY_CONTACT = []
    assert client.get(PLACE).status_code == 404


def test_it_is_read_only(client: Client, db: None) -> None:
    assert client.post(PLACE).status_code == 405

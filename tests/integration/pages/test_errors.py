"""What goes wrong is a page for a person, and the envelope for a script."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ironclad.errors import DatabaseUnavailable
from sre_console.pages.views import live
from tests.integration.pages.conftest import signed_in


def test_an_unknown_address_is_a_page(client: Client) -> None:
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert "/console/live" in answer.text
    assert answer.text.lower().count("there is nothing") == 2  # title and heading


def test_a_script_gets_the_envelope(client: Client) -> None:
    answer = client.get("/nothing/here", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "NOT_FOUND"


def test_without_a_database_a_page_says_so(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_request: object) -> None:
        raise DatabaseUnavailable(retry_after=2)

    client = signed_in(operator)
    monkeypatch.setattr(live, "live_page", away)
    answer = client.get("/console/live")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert "database" in answer.text


def test_a_failure_shows_nothing_of_its_inside(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: object) -> None:
        message = "SELECT secret"
        raise RuntimeError(message)

    client = signed_in(operator)
    client.raise_request_exception = False
    monkeypatch.setattr(live, "live_page", broken)
    answer = client.get("/console/live")
    assert answer.status_code == 500
    assert "SELECT" not in answer.text
    assert "Traceback" not in answer.text

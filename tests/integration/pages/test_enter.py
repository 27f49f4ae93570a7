from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from sre_console.accounts.services import sign_in_code_create
from sre_console.models import SignInCode


@pytest.fixture
def code(operator: User) -> str:
    return sign_in_code_create()


def test_looking_at_the_link_uses_nothing_up(client: Client, code: str) -> None:
    for _ in range(3):
        answer = client.get(f"/enter/{code}")
        assert answer.status_code == 200
        assert "<button" in answer.text
    assert not SignInCode.objects.exclude(used_at=None).exists()
    assert client.get("/console/live").status_code == 302


def test_the_button_signs_in_as_operator(client: Client, code: str) -> None:
    answer = client.post(f"/enter/{code}")
    assert (answer.status_code, answer["Location"]) == (302, "/console/live")
    assert '"role": "operator"' in client.get("/console/live").text


def test_a_code_works_once(code: str) -> None:
    assert Client().post(f"/enter/{code}").status_code == 302
    answer = Client().post(f"/enter/{code}")
    assert answer.status_code in {401, 410}
    assert "make sign-in-link" in answer.text
    assert code not in answer.text


def test_an_expired_code_says_what_to_do(client: Client, code: str) -> None:
    SignInCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(f"/enter/{code}")
    assert answer.status_code in {401, 410}
    assert "make sign-in-link" in answer.text
    assert client.get("/console/live").status_code == 302


def test_an_unknown_code_is_refused(client: Client, operator: User) -> None:
    assert client.post(f"/enter/{'x' * 43}").status_code in {401, 410}


def test_it_exists_in_the_builtin_profile_only(
    client: Client, code: str, settings: Settings
) -> None:
    settings.BUILTIN = False
    assert client.get(f"/enter/{code}").status_code == 404
    assert client.post(f"/enter/{code}").status_code == 404


def test_the_address_with_the_secret_goes_nowhere(client: Client, code: str) -> None:
    answer = client.get(f"/enter/{code}")
    assert answer["Referrer-Policy"] in {"no-referrer", "strict-origin"}
    assert "no-store" in answer["Cache-Control"]


def test_guessing_has_to_wait(
    client: Client, operator: User, settings: Settings
) -> None:
    settings.SIGN_IN_RATE_LIMIT = "2/m"
    for _ in range(2):
        client.post(f"/enter/{'y' * 43}")
    assert client.post(f"/enter/{'z' * 43}").status_code == 429


def test_the_csrf_token_of_the_page_is_needed(code: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/enter/{code}").status_code == 403
    assert not SignInCode.objects.exclude(used_at=None).exists()

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from ironclad.errors import BulkheadFull
from ironclad.rate_limits import counting
from sre_console.models import AuditEntry
from tests.integration.pages.conftest import PASSWORD, signed_in


def sign_in(client: Client, name: str = "ada", **fields: str) -> Any:
    sent = {"username": name, "password": PASSWORD, **fields}
    return client.post("/console/sign-in", sent)


def test_a_name_and_its_password_open_the_console(
    client: Client, operator: User
) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/console/live")
    assert client.get("/console/live").status_code == 200


def test_it_leads_to_where_the_person_wanted_to_go(
    client: Client, operator: User
) -> None:
    answer = sign_in(client, next="/console/live?range=1h")
    assert answer["Location"] == "/console/live?range=1h"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "\x08//evil.example",
    ],
)
def test_it_leads_nowhere_else(client: Client, operator: User, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere)["Location"] == "/console/live"


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong"), ("nobody", PASSWORD), ("", ""), ("ada\x00", PASSWORD)],
)
def test_a_wrong_pair_is_refused_on_the_page(
    client: Client, operator: User, name: str, password: str
) -> None:
    answer = sign_in(client, name, password=password)
    assert answer.status_code == 401
    assert "do not match" in answer.text
    assert password not in answer.text or not password
    assert "sessionid" not in answer.cookies


def test_the_answer_does_not_tell_whether_the_name_exists(
    client: Client, operator: User
) -> None:
    known = sign_in(client, "ada", password="wrong").text
    unknown = sign_in(client, "eve", password="wrong").text
    assert (
        known.replace("ada", "").splitlines()[-5:]
        == unknown.replace("eve", "").splitlines()[-5:]
    )


def test_an_account_that_is_switched_off_is_refused(
    client: Client, operator: User
) -> None:
    operator.is_active = False
    operator.save()
    assert sign_in(client).status_code == 401


def test_signing_in_and_out_is_in_the_audit_log(client: Client, operator: User) -> None:
    sign_in(client)
    sign_in(client, password="wrong")
    client.post("/console/sign-out")
    actions = list(AuditEntry.objects.values_list("action", flat=True).order_by("id"))
    assert len(actions) == 3


def test_too_many_tries_under_one_name_have_to_wait(
    operator: User, settings: Settings
) -> None:
    settings.SIGN_IN_RATE_LIMIT = "3/m"
    for number in range(3):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        assert sign_in(client, "ADA", password="wrong").status_code == 401
    answer = sign_in(Client(REMOTE_ADDR="10.0.0.9"))
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert "Too many tries" in answer.text


def test_too_many_tries_from_one_address_have_to_wait(
    client: Client, operator: User, settings: Settings
) -> None:
    settings.SIGN_IN_RATE_LIMIT = "3/m"
    for number in range(3):
        assert sign_in(client, f"name{number}").status_code == 401
    assert sign_in(client).status_code == 429


def test_a_proxy_is_believed_only_when_it_is_trusted(
    operator: User, settings: Settings
) -> None:
    settings.SIGN_IN_RATE_LIMIT = "1/m"
    for number in range(2):
        client = Client(headers={"X-Forwarded-For": f"10.0.0.{number}"})
        last = sign_in(client, f"name{number}")
    assert last.status_code == 429
    settings.TRUSTED_PROXIES = 1
    sent = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7"}
    assert sign_in(Client(headers=sent), "name8").status_code == 401
    sent = {"X-Forwarded-For": "6.6.6.7, 10.0.0.7"}
    assert sign_in(Client(headers=sent), "name9").status_code == 429


def test_a_post_without_the_csrf_token_is_refused(operator: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict)
    assert answer.status_code == 403
    assert "Load it again" in answer.text


def test_whoever_is_signed_in_needs_no_second_sign_in(operator: User) -> None:
    answer = signed_in(operator).get("/console/sign-in")
    assert (answer.status_code, answer["Location"]) == (302, "/console/live")


def test_the_admin_sends_its_strangers_here(client: Client, viewer: User) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/console/sign-in?next=%2Fadmin%2F"


def test_a_viewer_is_refused_by_the_admin_and_not_sent_round_in_circles(
    viewer: User,
) -> None:
    assert signed_in(viewer).get("/admin/").status_code == 403


def test_signing_out_takes_a_post(operator: User) -> None:
    client = signed_in(operator)
    assert client.get("/console/sign-out").status_code == 405
    answer = client.post("/console/sign-out")
    assert (answer.status_code, answer["Location"]) == (302, "/console/sign-in")
    assert client.get("/console/live").status_code == 302


def test_without_the_store_of_the_counts_tries_are_limited_here(
    client: Client, operator: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_named: object) -> None:
        raise ConnectionError

    settings.SIGN_IN_RATE_LIMIT = "3/m"
    monkeypatch.setattr("django_ratelimit.core.get_usage", away)
    counting.here.clear()
    wrong = [sign_in(client, password="wrong").status_code for _ in range(3)]
    assert wrong == [401, 401, 401]
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 45 <= int(answer["Retry-After"]) <= 52
    counting.here.clear()
    assert sign_in(client).status_code == 302


def test_where_too_many_are_signing_in_somebody_waits_and_is_told(
    client: Client, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_what: object) -> bool:
        raise BulkheadFull(retry_after=2)

    monkeypatch.setattr("sre_console.accounts.signing_in.password_matches", full)
    answer = sign_in(client)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "try again" in answer.text

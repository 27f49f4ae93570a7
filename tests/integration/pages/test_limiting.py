"""Forms of the console are limited as what they are; what ends something never is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db
# Of each class, a request that changes nothing; and of what is never refused.
ASKED = {
    "write": "/console/silences",
    "chaos": "/console/game-days/scenarios/none-such/start",
}
STEP = "/console/sign-in/enrol"  # tries no secret, so nothing else counts it
NEVER = (
    "/console/game-days/7/stop",
    "/console/drill/7/give-up",
    "/console/tour/1/end",
    "/console/sign-out",
)


@pytest.fixture(autouse=True)
def _two_a_minute(settings: Settings) -> None:
    for name in ("WRITE", "CHAOS", "EXPORT"):
        setattr(settings, f"{name}_RATE_LIMIT", "2/m")


def post(client: Client, path: str, **extra: str) -> Any:
    return client.post(path, **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ASKED)
def test_a_form_beyond_the_limit_is_refused_with_a_page_that_explains(
    operator: User, kind: str
) -> None:
    client = signed_in(operator)
    assert all(post(client, ASKED[kind]).status_code != 429 for _ in range(2))
    answer = post(client, ASKED[kind])
    assert answer.status_code == 429
    assert "At most 2 such requests in 60 s are allowed." in answer.text
    assert "STOP ALL is never refused" in answer.text
    assert answer["RateLimit-Policy"] == f'"{kind}";q=2;w=60'
    assert answer["RateLimit"].startswith(f'"{kind}";r=0;t={answer["Retry-After"]}')
    assert "no-store" in answer["Cache-Control"]


def test_a_report_that_is_taken_is_limited_and_pages_are_not(viewer: User) -> None:
    client = signed_in(viewer)
    found = [client.get("/console/reports").status_code for _ in range(3)]
    assert found == [200, 200, 429]
    assert client.get("/console/alerts").status_code == 200
    assert "RateLimit" not in client.get("/console/alerts").headers


def test_a_script_is_told_in_the_envelope(operator: User) -> None:
    client = signed_in(operator)
    for _ in range(2):
        post(client, ASKED["write"])
    answer = client.post(ASKED["write"], headers={"Accept": "application/json"})
    assert answer.status_code == 429
    assert answer.json()["errors"][0]["code"] == "RATE_LIMITED"


def test_with_nothing_left_what_ends_something_is_let_through(operator: User) -> None:
    client = signed_in(operator)
    for path in ASKED.values():
        for _ in range(3):
            post(client, path)
    assert post(client, ASKED["write"]).status_code == 429
    found = {path: [post(client, path).status_code for _ in range(3)] for path in NEVER}
    assert 429 not in {status for statuses in found.values() for status in statuses}


def test_people_of_one_address_share_what_that_may_and_not_what_they_may(
    operator: User, viewer: User
) -> None:
    one, other = signed_in(operator), signed_in(viewer)
    assert [post(one, ASKED["write"]).status_code == 429 for _ in range(3)][-1]
    assert post(other, ASKED["write"]).status_code == 429  # the address
    elsewhere = {"REMOTE_ADDR": "10.9.0.1"}
    assert post(other, ASKED["write"], **elsewhere).status_code != 429
    assert post(one, ASKED["write"], **elsewhere).status_code == 429  # the person


def test_forms_and_requests_of_one_person_are_counted_together(operator: User) -> None:
    client = signed_in(operator)
    form = post(client, ASKED["write"])
    asked = client.post("/api/users", "[]", content_type="application/json")
    assert form["RateLimit"].startswith('"write";r=1;')
    assert asked["RateLimit"].startswith('"write";r=0;')


def test_steps_of_signing_in_are_forms_as_well(client: Client) -> None:
    found = [client.post(STEP) for _ in range(3)]
    assert [answer.status_code == 429 for answer in found] == [False, False, True]
    assert found[-1]["RateLimit-Policy"].startswith('"write"')


def test_a_forged_address_helps_nobody(operator: User) -> None:
    client = signed_in(operator)
    found = [
        client.post(ASKED["write"], headers={"X-Forwarded-For": f"10.8.0.{n}"})
        for n in range(3)
    ]
    assert found[-1].status_code == 429

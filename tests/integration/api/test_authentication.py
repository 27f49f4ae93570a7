from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from pytest_django.fixtures import Settings

from sre_console.accounts.tokens import token_create
from sre_console.audit.actor import SYSTEM
from tests.integration.api.conftest import OPERATOR, TRAFFIC, Api, errors

pytestmark = pytest.mark.django_db
PLAN, USERS = "/api/chaos", "/api/users"


def person(name: str, role: str | None) -> Person:
    made = Person.objects.create_user(name)
    if role:
        made.groups.add(Group.objects.get_or_create(name=role)[0])
    return made


def test_a_stranger_is_asked_to_sign_in(public: Api) -> None:
    answer = public.get(PLAN)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="ironclad"'
    assert errors(answer) == [("AUTHENTICATION_REQUIRED", None)]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer wrong",
        "Bearer",
        "Bearer ",
        f"bearer {OPERATOR}x",
        "Bearer \xe9",
        "Bearer " + "x" * 9000,
    ],
)
def test_a_wrong_token_is_refused_also_where_none_is_needed(
    public: Api, header: str
) -> None:
    for path in (PLAN, USERS):
        answer = public.get(path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert "WWW-Authenticate" in answer
        assert errors(answer) == [("AUTHENTICATION_REQUIRED", None)]


def test_another_scheme_counts_as_no_token(public: Api) -> None:
    headers = {"Authorization": "Basic YTpi"}
    assert public.get(USERS, headers=headers).status_code == 200
    assert public.get(PLAN, headers=headers).status_code == 401


def test_the_scheme_may_be_in_any_letter_case(public: Api) -> None:
    answer = public.get(PLAN, headers={"Authorization": f"BEARER {OPERATOR}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [("operator", 200, 200), ("viewer", 200, 403)],
)
def test_a_persons_token_carries_their_role(
    role: str, reads: int, changes: int
) -> None:
    token = token_create(actor=SYSTEM, user=person("vera", role), name="laptop")
    api = Api(token)
    assert api.get(PLAN).status_code == reads
    assert api.send("POST", "/api/chaos/errors/0.1").status_code == changes


def test_the_traffic_token_uses_the_service_and_nothing_else() -> None:
    api = Api(TRAFFIC)
    assert api.get(USERS).status_code == 200
    for path in (PLAN, "/api/traffic"):
        assert errors(api.get(path)) == [("PERMISSION_DENIED", None)]


def test_a_closed_service_wants_a_token(settings: Settings, public: Api) -> None:
    settings.PUBLIC_API = False
    assert public.get(USERS).status_code == 401
    assert Api(TRAFFIC).get(USERS).status_code == 200
    assert public.get("/api/slo").status_code == 200


def test_a_session_reads_and_needs_the_csrf_token_to_change() -> None:
    api = Api(enforce_csrf_checks=True)
    api.force_login(person("ada", "operator"))
    assert api.get(PLAN).status_code == 200
    answer = api.send("POST", "/api/chaos/errors/0.1")
    assert answer.status_code == 403
    assert errors(answer) == [("PERMISSION_DENIED", None)]


def test_a_session_with_the_csrf_token_changes(settings: Settings) -> None:
    api = Api(enforce_csrf_checks=True)
    api.force_login(person("ada", "operator"))
    secret = "a" * 32
    api.cookies[settings.CSRF_COOKIE_NAME] = secret
    answer = api.send("POST", "/api/chaos/errors/0.1", X_CSRFToken=secret)
    assert answer.status_code == 200


def test_a_form_that_cannot_be_read_is_refused_and_not_a_failure(
    settings: Settings,
) -> None:
    api = Api(enforce_csrf_checks=True)
    api.force_login(person("ada", "operator"))
    api.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    answer = api.generic(
        "POST", "/api/chaos", "junk", content_type="multipart/form-data"
    )
    assert answer.status_code == 400
    assert errors(answer) == [("MALFORMED_REQUEST", None)]


@pytest.mark.parametrize("role", ["viewer", None])
def test_a_session_without_the_role_is_refused(role: str | None) -> None:
    api = Api()
    api.force_login(person("vic", role))
    answer = api.send("POST", "/api/chaos/disable")
    assert answer.status_code == 403
    assert errors(answer) == [("PERMISSION_DENIED", None)]


@pytest.mark.parametrize("name", ["token", "access_token", "Access_Token", "api_key"])
def test_a_token_in_the_address_is_refused_whoever_asks(
    operator: Api, public: Api, name: str
) -> None:
    for api in (operator, public):
        for path in (PLAN, USERS, "/api/slo", "/api/schema"):
            answer = api.get(f"{path}?{name}={OPERATOR}")
            assert answer.status_code == 400, path
            assert errors(answer) == [("MALFORMED_REQUEST", None)]
            assert OPERATOR not in answer.content.decode()
            assert "Authorization: Bearer" in answer.json()["errors"][0]["message"]

"""/api/tokens: own tokens of people signed in, services' of administrators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.dateparse import parse_datetime
from pytest_django.fixtures import Settings

from sre_console.accounts.tokens import identify, token_create
from sre_console.audit.actor import SYSTEM
from sre_console.models import ApiToken, Service
from tests.integration.api.conftest import OPERATOR, Api, errors
from tests.integration.pages.conftest import person

pytestmark = pytest.mark.django_db
TOKENS = "/api/tokens"


def signed_in(name: str, role: str) -> Api:
    api = Api()
    api.force_login(person(name, role))
    return api


def service(owner: User) -> User:
    user = person("deployer", "operator")
    Service.objects.create(user=user, owner=owner)
    return user


def test_one_is_made_told_once_listed_and_revoked() -> None:
    vic = signed_in("vic", "viewer")
    made = vic.send("POST", TOKENS, {"name": "laptop", "scopes": ["read"], "days": 7})
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    told = made.json()["data"]
    secret, number = told.pop("token"), told["id"]
    assert secret.startswith("irn_")
    assert (told["owner"], told["scopes"], told["madeBy"]) == ("vic", ["read"], "vic")
    ends, began = (parse_datetime(told[name]) for name in ("expiresAt", "createdAt"))
    assert ends is not None
    assert began is not None
    assert ends - began == timedelta(days=7)
    assert Api(secret).get("/api/chaos").status_code == 200

    listed = vic.get(TOKENS).json()
    assert listed["data"] == [told]
    assert listed["meta"]["pagination"]["total"] == 1
    assert secret not in str(listed)

    assert vic.send("DELETE", f"{TOKENS}/{number}").status_code == 204
    assert Api(secret).get("/api/chaos").status_code == 401
    assert vic.get(TOKENS).json()["data"] == []
    assert vic.send("DELETE", f"{TOKENS}/{number}").status_code == 204


def test_without_a_word_of_scope_it_may_only_read() -> None:
    made = signed_in("ann", "operator").send("POST", TOKENS, {"name": "laptop"})
    api = Api(made.json()["data"]["token"])
    assert api.get("/api/chaos").status_code == 200
    refused = api.send("POST", "/api/chaos/disable")
    assert refused.status_code == 403
    assert "scope chaos" in refused.json()["errors"][0]["message"]


def test_a_token_is_refused_whatever_its_scopes() -> None:
    ann = person("ann", "administrator")
    own = Api(token_create(actor=SYSTEM, user=ann, name="ci"))
    number = ApiToken.objects.get().pk
    for api in (own, Api(OPERATOR)):
        for method, path in (
            ("GET", TOKENS),
            ("POST", TOKENS),
            ("DELETE", f"{TOKENS}/{number}"),
        ):
            answer = api.send(method, path, {"name": "another"})
            assert answer.status_code == 403
            assert errors(answer) == [("PERMISSION_DENIED", None)]
    assert ApiToken.objects.get().revoked_at is None


def test_a_stranger_is_asked_to_sign_in(public: Api) -> None:
    assert public.get(TOKENS).status_code == 401
    assert public.send("POST", TOKENS, {"name": "x"}).status_code == 401


def test_a_session_needs_the_csrf_token(settings: Settings) -> None:
    api = Api(enforce_csrf_checks=True)
    api.force_login(person("vic", "viewer"))
    assert api.send("POST", TOKENS, {"name": "laptop"}).status_code == 403
    api.cookies[settings.CSRF_COOKIE_NAME] = secret = "a" * 32
    answer = api.send("POST", TOKENS, {"name": "laptop"}, X_CSRFToken=secret)
    assert answer.status_code == 201


def test_anothers_token_is_not_there() -> None:
    secret = token_create(actor=SYSTEM, user=person("vic", "viewer"), name="laptop")
    number = ApiToken.objects.get().pk
    ann = signed_in("ann", "operator")
    assert ann.get(TOKENS).json()["data"] == []
    theirs = ann.send("DELETE", f"{TOKENS}/{number}")
    none = ann.send("DELETE", f"{TOKENS}/{number + 1}")
    assert theirs.status_code == none.status_code == 404
    assert errors(theirs) == errors(none) == [("NOT_FOUND", None)]
    assert identify(secret) is not None
    assert ann.get(f"{TOKENS}?owner=vic").status_code == 403
    assert ann.send("POST", TOKENS, {"name": "x", "owner": "vic"}).status_code == 403


def test_an_administrator_makes_a_services_and_ends_anybodys() -> None:
    ann = signed_in("ann", "administrator")
    service(User.objects.get(username="ann"))
    made = ann.send("POST", TOKENS, {"name": "pipeline", "owner": "deployer"})
    assert made.status_code == 201
    told = made.json()["data"]
    assert (told["owner"], told["madeBy"]) == ("deployer", "ann")
    assert ann.get(f"{TOKENS}?owner=deployer").json()["data"][0]["id"] == told["id"]
    assert ann.send("DELETE", f"{TOKENS}/{told['id']}").status_code == 204
    assert identify(told["token"]) is None
    person("vic", "viewer")
    refused = ann.send("POST", TOKENS, {"name": "x", "owner": "vic"})
    assert errors(refused) == [("VALIDATION_ERROR", "service")]
    assert ann.get(f"{TOKENS}?owner=nobody").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x", "scopes": "read"}, "scopes"),
        ({"name": "x", "scopes": ["everything"]}, "scopes"),
        ({"name": "x", "days": 366}, "days"),
        ({"name": "x", "days": None}, "days"),
        ({"name": "x", "days": "7"}, "days"),
        ({"name": "x", "user": 1}, "user"),
        ({"name": "x", "owner": 1}, "owner"),
        ({"name": "x", "owner": "a\u0000b"}, "owner"),
    ],
)
def test_what_is_wrong_is_told(body: dict[str, object], field: str) -> None:
    answer = signed_in("ann", "administrator").send("POST", TOKENS, body)
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", field)]

"""Clients of the API with each role, and short ways to speak JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from api.users.models import User
from sre_console.accounts.tokens import token_create
from sre_console.audit.actor import SYSTEM
from tests.integration.pages.conftest import person

OPERATOR = "operator-token-of-the-tests"
TRAFFIC = "traffic-token-of-the-tests"


class Api(Client):
    """Sends JSON; an unexpected error becomes an answer, as in the server."""

    def __init__(self, token: str = "", **kwargs: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(raise_request_exception=False, headers=headers, **kwargs)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            body = ""  # nothing is sent, as by curl -X POST
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.generic(
            method, path, text, content_type="application/json", headers=sent
        )


def errors(answer: Any) -> list[tuple[str, str | None]]:
    """(code, field) of each error, after checking the envelope around them."""
    body = answer.json()
    assert body["data"] is None
    assert set(body) == {"data", "meta", "errors"}
    assert answer["X-Request-ID"] == body["meta"]["requestId"]
    return [(item["code"], item.get("field")) for item in body["errors"]]


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    settings.OPERATOR_TOKEN = OPERATOR
    settings.TRAFFIC_TOKEN = TRAFFIC
    settings.PUBLIC_API = True
    settings.CHAOS_ALLOWED = True
    cache.clear()  # nobody has asked for anything yet


@pytest.fixture
def public() -> Api:
    return Api()


@pytest.fixture
def operator() -> Api:
    return Api(OPERATOR)


@pytest.fixture
def viewer(db: None) -> Api:
    user = person("vera", "viewer")
    return Api(token_create(actor=SYSTEM, user=user, name="laptop"))


@pytest.fixture
def approver(db: None) -> Api:
    signed_in = Api()  # no token approves anything: that takes a person
    signed_in.force_login(person("paula", "approver"))
    return signed_in


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create(name="Ann", email="Ann@example.org")

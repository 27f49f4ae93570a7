"""One state of the database for all cells of the matrix; each cell is undone afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from sre_console.access.matrix import ROLES, SCOPES
from sre_console.accounts.tokens import digest_of
from sre_console.models import ApiToken, Service
from tests.integration.access.calls import Call


@dataclass
class Stage:
    sessions: dict[str, str] = field(default_factory=dict)  # by role; "none": has none
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)  # by role, scope
    service: int = 0

    def send(self, call: Call, *, role: str = "", scope: str = "") -> Any:
        """The answer to a person of this role, to a token, or to a stranger."""
        client = Client(raise_request_exception=False)
        headers = {}
        if scope:
            headers["Authorization"] = f"Bearer {self.tokens[role, scope]}"
        elif role:
            name = django_settings.SESSION_COOKIE_NAME
            client.cookies[name] = self.sessions[role]
        path = call.path.replace("{id}", str(self.service))
        with undone():
            if call.surface == "page":
                ask = client.post if call.method == "POST" else client.get
                answer = ask(path, cast("dict[str, str]", call.body), headers=headers)
                if getattr(answer, "streaming", False):
                    list(answer)  # what it is made of ends with it
                return answer
            body = json.dumps(call.body) if call.method != "GET" else ""
            return client.generic(
                call.method, path, body, "application/json", headers=headers
            )


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), undone():
        made = Stage()
        for role in (*ROLES, "none"):
            user = User.objects.create(username=f"the-{role}", password="!")
            if role != "none":
                user.groups.add(Group.objects.get_or_create(name=role)[0])
            client = Client()
            client.force_login(user)
            cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
            made.sessions[role] = cookie.value
            for scope in SCOPES if role != "none" else ():
                secret = f"irn_of-the-{role}-to-{scope}"
                made.tokens[role, scope] = secret
                ApiToken.objects.create(
                    user=user, name=scope, digest=digest_of(secret), scopes=[scope]
                )
        # enough administrators that each change of one may be tried
        owner = User.objects.get(username="the-administrator")
        robot = User.objects.create(username="robot", password="!")
        robot.groups.add(Group.objects.get(name="viewer"))
        Service.objects.create(user=robot, owner=owner)
        made.service = robot.pk
        yield made


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """pytest-django's, which would begin and end the database's state with each test.

    The mark is there all the same: without one no database is made for the run.
    """


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    settings.PUBLIC_API = False
    settings.CHAOS_ALLOWED = True
    cache.clear()

"""Replicas are told of changed rights and ended sessions, at commit and only then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction

from sre_console.accounts.people import role_change
from sre_console.accounts.tokens import digest_of
from sre_console.accounts.told import CHANNEL, people_changed
from sre_console.audit.actor import SYSTEM
from tests.integration.pages.conftest import person, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_postgres]


@pytest.fixture
def ear() -> Iterator[psycopg.Connection[Any]]:
    facts = connection.get_connection_params()
    known = {
        key: facts[key]
        for key in ("host", "port", "user", "password", "dbname")
        if key in facts
    }
    with psycopg.connect(**known, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        yield listening


@pytest.fixture
def user() -> User:
    return person("ada", "operator")


def heard(ear: psycopg.Connection[Any]) -> list[str]:
    ear.execute("SELECT 1")  # what was sent before is there with its answer
    return [notice.payload for notice in ear.notifies(timeout=0)]


def test_a_changed_role_is_told(ear: psycopg.Connection[Any], user: User) -> None:
    role_change(actor=SYSTEM, user=user, role="viewer")
    assert heard(ear) == [f"user:{user.pk}"]


def test_signing_out_tells_of_the_session_by_its_digest(
    ear: psycopg.Connection[Any], user: User
) -> None:
    client = signed_in(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.post("/console/sign-out").status_code == 302
    assert heard(ear) == [f"session:{digest_of(key)}"]


def test_a_change_that_is_rolled_back_is_told_to_nobody(
    ear: psycopg.Connection[Any], user: User
) -> None:
    with transaction.atomic():
        people_changed(user.pk)
        transaction.set_rollback(True)
    assert heard(ear) == []

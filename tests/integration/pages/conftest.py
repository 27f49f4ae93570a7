"""People with each role, and a browser's worth of client for each."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _one_window_of_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is counted yet, and no minute of the rate limit ends during a test."""
    cache.clear()
    ends = int(time.time()) + 50
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda *_: ends)


def person(name: str, group: str | None = None) -> User:
    user = User.objects.create_user(name, password=PASSWORD)
    if group:
        # a test that commits ends with empty tables: the groups of the migration too
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def operator(db: None) -> User:
    return person("ada", "operator")


@pytest.fixture
def viewer(db: None) -> User:
    return person("vic", "viewer")


@pytest.fixture
def nobody(db: None) -> User:
    return person("ned")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client

"""Passwords are hashed by Argon2, a few at a time, and old hashes are replaced."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from django.contrib.auth.hashers import get_hasher, make_password
from django.contrib.auth.models import User
from pytest_django import Settings

import ironclad.settings as ours
from ironclad.errors import BulkheadFull
from sre_console.accounts import hashers
from sre_console.accounts.passwords import password_matches
from tests.integration.threads import at_once


@pytest.fixture(autouse=True)
def _as_in_production(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS


def test_the_hasher_is_argon2_with_at_least_owasps_parameters() -> None:
    parts = make_password("correct horse battery staple").split("$")
    assert parts[:2] == ["argon2", "argon2id"]
    assert parts[3] == "m=19456,t=2,p=1"
    assert get_hasher("default") is not None


@pytest.mark.django_db
def test_an_old_hash_lets_its_owner_in_and_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashers.Pbkdf2, "iterations", 10)
    old = make_password("correct horse", hasher="pbkdf2_sha256")
    user = User.objects.create(username="ann", password=old)
    assert not password_matches(user, "wrong")
    assert password_matches(user, "correct horse")
    user.refresh_from_db()
    assert user.password.startswith("argon2$")
    assert password_matches(user, "correct horse")


def test_beyond_a_few_at_a_time_hashing_is_refused_and_not_queued(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashers, "_WAIT", 0.01)
    with ExitStack() as busy:
        for _ in range(hashers._MOST):
            busy.enter_context(hashers._places)
        for hasher in ("argon2", "pbkdf2_sha256"):
            with pytest.raises(BulkheadFull) as refused:
                make_password("correct horse", hasher=hasher)
            assert refused.value.retry_after is not None
    assert make_password("correct horse")


def test_hashing_stays_in_its_own_few_threads() -> None:
    outcomes = at_once(
        [lambda: hashers.hashing(threading.current_thread) for _ in range(8)]
    )
    names = {thread.name for thread in outcomes if isinstance(thread, threading.Thread)}
    assert 1 <= len(names) <= hashers._MOST
    assert all(name.startswith("hashing") for name in names)

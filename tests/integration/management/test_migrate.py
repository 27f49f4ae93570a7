"""`manage.py migrate` beside sessions that hold what it needs, on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import OperationalError, connection
from pytest_django import Settings

from ironclad.database.migrating import bounded, patiently
from ironclad.errors import DeadlineExceeded
from ironclad.management.commands import migrate as ours

pytestmark = pytest.mark.django_db(transaction=True)
NEEDED = "LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """Somebody else's session."""
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=name) as made:
        yield made


def ask(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def lock() -> None:
    ask(f"BEGIN; {NEEDED}; COMMIT")


def test_a_lock_that_is_given_back_is_waited_for(other: psycopg.Connection) -> None:
    other.execute(NEEDED)
    said: list[str] = []

    def tell(words: str) -> None:
        said.append(words)
        other.rollback()

    with bounded(connection, lock=0.05):
        patiently(lambda: _clean(lock), said=tell, pause=0)
    assert len(said) == 1
    assert "holds a lock" in said[0]


def test_it_gives_up_and_leaves_the_session_as_it_was(
    other: psycopg.Connection,
) -> None:
    other.execute(NEEDED)
    before = ask("SHOW lock_timeout"), ask("SHOW statement_timeout")
    with pytest.raises(OperationalError), bounded(connection, lock=0.05):
        patiently(lambda: _clean(lock), said=lambda _words: None, tries=2, pause=0)
    assert (ask("SHOW lock_timeout"), ask("SHOW statement_timeout")) == before


def test_what_takes_longer_than_a_request_may_is_not_cut(settings: Settings) -> None:
    settings.DATABASE_DEADLINE = 0.2
    with bounded(connection):
        ask("SELECT pg_sleep(0.5)")
    with pytest.raises(DeadlineExceeded):
        ask("SELECT pg_sleep(0.5)")
    with pytest.raises(DeadlineExceeded), bounded(connection, statement=0.1):
        ask("SELECT pg_sleep(2)")


@pytest.mark.parametrize(
    ("statement", "told"), [("lock", "pg_stat_activity"), ("slow", "was cut")]
)
def test_the_command_says_what_stopped_it(
    other: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    told: str,
) -> None:
    other.execute(NEEDED)

    def handle(*_arguments: object, **_options: object) -> None:
        _clean(lock if statement == "lock" else lambda: ask("SELECT pg_sleep(2)"))

    monkeypatch.setattr(migrate.Command, "handle", handle)
    monkeypatch.setattr(
        ours, "bounded", lambda of: bounded(of, lock=0.05, statement=0.2)
    )
    monkeypatch.setattr(
        ours,
        "patiently",
        lambda work, said: patiently(work, said=said, tries=2, pause=0),
    )
    with pytest.raises(CommandError, match=told):
        call_command("migrate", stdout=StringIO())


def test_it_is_the_command_that_runs() -> None:
    out = StringIO()
    call_command("migrate", stdout=out)
    assert "No migrations to apply" in out.getvalue()
    assert "Waits 2 s" in ours.Command.help


def _clean(work: Any) -> None:
    """As a migration's own transaction ends: nothing of it is left open."""
    try:
        work()
    except OperationalError:
        ask("ROLLBACK")
        raise

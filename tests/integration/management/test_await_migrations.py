"""`manage.py await_migrations` on the tests' database."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def newest() -> Iterator[tuple[str, str]]:
    """The migration that is missing during the test."""
    ((app, name),) = MigrationLoader(connection).graph.leaf_nodes("sre_console")
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(app, name)
    yield app, name
    recorder.record_unapplied(app, name)
    recorder.record_applied(app, name)


def wait(patience: float) -> str:
    told = io.StringIO()
    call_command("await_migrations", patience=patience, stdout=told)
    return told.getvalue()


def test_it_ends_at_once_where_none_is_missing() -> None:
    assert wait(0) == "No migration is missing.\n"


def test_it_gives_up_where_one_stays_missing(newest: tuple[str, str]) -> None:
    with pytest.raises(
        CommandError,
        match=f"Migrations are missing: 1, from {newest[0]}.{newest[1]} on",
    ):
        wait(0)


def test_it_ends_once_somebody_has_migrated(newest: tuple[str, str]) -> None:
    def migrate() -> None:
        MigrationRecorder(connection).record_applied(*newest)
        connection.close()

    timer = threading.Timer(1, migrate)
    timer.start()
    told = wait(30).splitlines()
    timer.join()
    assert told[0].startswith("Waiting: Migrations are missing: 1")
    assert told[1:] == ["No migration is missing."]

"""What tests of every kind need."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from pytest_django import DjangoDbBlocker

from ironclad.clock import clock
from ironclad.resilience.patterns import Pattern
from ironclad.resilience.process import patterns
from tests.emptying import Emptying


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Let Django empty every table after a test with real transactions.

    The audit log's trigger would refuse that; the audit log's own tests switch it on again.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("audit_entry", "audit_checkpoint"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            patch.setattr(DatabaseOperations, "sql_flush", Emptying())
        yield


@pytest.fixture
def switch_off() -> Iterator[Callable[..., None]]:
    """Switch patterns of this process off for the length of the test."""

    def switch(*off: Pattern) -> None:
        asked = clock.monotonic()
        patterns.confirm(
            patterns.version + 1, frozenset(off), remaining=300, asked=asked
        )

    yield switch
    patterns.restore()

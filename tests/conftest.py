"""What tests of every kind need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from pytest_django import DjangoDbBlocker

from ironclad.clock import clock
from ironclad.resilience.patterns import Pattern
from ironclad.resilience.process import patterns


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
        patch.setattr(DatabaseOperations, "sql_flush", _flush_filled)
        yield


def _flush_filled(
    operations: DatabaseOperations, style: object, tables: Sequence[str], **_: object
) -> list[str]:
    """PostgreSQL makes new files for each table that it truncates, and most have no row."""
    quoted = [operations.quote_name(table) for table in tables]
    found = ", ".join(f"EXISTS (SELECT FROM {table})" for table in quoted)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {found}")
        rows = zip(quoted, cursor.fetchone(), strict=True)
    filled = [table for table, has_some in rows if has_some]
    return [f"TRUNCATE {', '.join(filled)} CASCADE"] if filled else []


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

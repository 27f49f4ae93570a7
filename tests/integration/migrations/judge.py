"""What a migration does to tables that are there: judged by PostgreSQL, not by its text.

A table that is rewritten or read from end to end while writers wait is away for as long as it is
large. A lock that is held for a moment is no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

# Modes that keep writers out, and the strictest one readers too.
_BLOCKING = (
    "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
)  # fmt: skip
_TABLES = """
SELECT c.oid, c.relname, pg_relation_filenode(c.oid), pg_stat_get_xact_numscans(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public'
"""
_LOCKS = """
SELECT relation, mode FROM pg_locks
WHERE pid = pg_backend_pid() AND granted AND relation IS NOT NULL
"""
# A migration says so itself: locks_tables = {"table": "why it may"}
MARK = "locks_tables"


@dataclass(frozen=True, slots=True)
class Finding:
    table: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} is {self.what}"


def unmarked(migration: Migration, found: list[Finding]) -> list[Finding]:
    """Those that the migration has not given a reason for."""
    marked: dict[str, str] = getattr(migration, MARK, {})
    return [each for each in found if not marked.get(each.table, "").strip()]


def applied(
    migration: Migration, state: ProjectState, connection: BaseDatabaseWrapper
) -> tuple[ProjectState, list[Finding]]:
    """Apply it, as `migrate` would, and tell what it did to tables that were there."""
    if migration.atomic:
        with transaction.atomic(using=connection.alias):
            with watched(connection) as found:
                with connection.schema_editor() as editor:
                    state = migration.apply(state, editor)
            return state, found
    every: list[Finding] = []

    def one(execute: Any, sql: str, *rest: Any) -> Any:
        # Each is a transaction; CONCURRENTLY refuses to be in one, and blocks nobody.
        if "CONCURRENTLY" in sql.upper() or connection.in_atomic_block:
            return execute(sql, *rest)
        with transaction.atomic(using=connection.alias), watched(connection) as found:
            answer = execute(sql, *rest)
        every.extend(found)
        return answer

    with (
        connection.execute_wrapper(one),
        connection.schema_editor(atomic=False) as editor,
    ):
        state = migration.apply(state, editor)
    return state, every


@contextmanager
def watched(connection: BaseDatabaseWrapper) -> Iterator[list[Finding]]:
    """Within a transaction: what happened to each table since, once it is over."""
    found: list[Finding] = []
    before = _tables(connection)
    yield found
    after, locked = _tables(connection), _locked(connection)
    for oid, (name, file, scans) in before.items():
        if oid not in after or oid not in locked:
            continue
        _name, file_now, scans_now = after[oid]
        if file_now != file:
            found.append(Finding(name, "rewritten"))
        elif scans_now > scans:
            found.append(Finding(name, f"read to its end under {locked[oid]}"))


def _tables(connection: BaseDatabaseWrapper) -> dict[int, tuple[str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return {oid: (name, file, scans) for oid, name, file, scans in cursor}


def _locked(connection: BaseDatabaseWrapper) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS)
        rows = [(oid, mode) for oid, mode in cursor if mode in _BLOCKING]
    return {oid: mode for mode in _BLOCKING for oid, held in rows if held == mode}

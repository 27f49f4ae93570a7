"""Indexes of large tables that are in use: built beside the writers, and begun again where cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRIGRAMS = "pg_trgm"
_INVALID = """
SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid
"""
_INSTALLED = "SELECT 1 FROM pg_extension WHERE extname = %s"
_AVAILABLE = "SELECT 1 FROM pg_available_extensions WHERE name = %s"


class AddIndexPatiently(AddIndexConcurrently):
    """Django's, which a build that was cut would stop for ever: it leaves its name behind."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        with patience(schema_editor.connection):
            drop_unfinished(schema_editor, self.index.name)
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def drop_unfinished(schema_editor: BaseDatabaseSchemaEditor, name: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_INVALID, [name])
        unfinished = cursor.fetchone() is not None
    if unfinished:
        schema_editor.execute(
            f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(name)}"
        )


@contextmanager
def patience(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """It waits for each transaction that is older, and nobody waits for it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether parts of words can be indexed here; makes it so where that is allowed.

    The extension is trusted, so a database's owner may create it; but it has to be there, and
    some managed servers have a list of their own.
    """
    with connection.cursor() as cursor:
        cursor.execute(_INSTALLED, [TRIGRAMS])
        if cursor.fetchone():
            return True
        cursor.execute(_AVAILABLE, [TRIGRAMS])
        if not cursor.fetchone():
            return False
        try:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {TRIGRAMS}")
        except Error:
            return False
    return True

"""Indexes for each way the list of users is ordered and searched (docs/adr/0042-uncached-path.md).

The id is in each that may have ties, as it is in the ordering. Those of the search need pg_trgm,
which is not everywhere: without it all works, and a search reads the table from end to end.
"""

from typing import Any

import structlog
from django.db import migrations, models

from ironclad.database.indexes import (
    AddIndexPatiently,
    drop_unfinished,
    has_trigrams,
    patience,
)

SEARCH = {"users_search_name": "name", "users_search_email": "email"}


def add_search(_apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    if not has_trigrams(connection):
        structlog.get_logger(__name__).info(
            "users_search_without_index",
            reason="pg_trgm is not to be had: a search reads all users",
        )
        return
    with patience(connection):
        for name, column in SEARCH.items():
            drop_unfinished(schema_editor, name)
            schema_editor.execute(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON users"
                f" USING gin (upper({column}::text) gin_trgm_ops)"
            )


def drop_search(_apps: Any, schema_editor: Any) -> None:
    for name in SEARCH:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def by(column: str) -> AddIndexPatiently:
    index = models.Index(fields=[column, "id"], name=f"users_by_{column}")
    return AddIndexPatiently("user", index)


class Migration(migrations.Migration):

    atomic = False  # an index that is built beside writers is no transaction

    dependencies = [("api", "0002_users_changed")]

    operations = [
        by("name"),
        by("created_at"),
        by("updated_at"),
        migrations.RunPython(add_search, drop_search),
    ]

"""Empties what a test with real transactions has filled, and nothing else.

PostgreSQL makes new files for each table that it truncates, and most have no row. What migrate
itself writes is left as it is unless the test has changed it: to write it anew takes long.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

_OF_MIGRATE = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
}
_WRITTEN = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT concat_ws('.', app_label, model) AS line FROM django_content_type
    UNION ALL SELECT concat_ws('.', app_label, model, codename, p.name)
    FROM auth_permission p JOIN django_content_type c ON c.id = content_type_id
    UNION ALL SELECT concat_ws('.', 'group', name) FROM auth_group
    UNION ALL SELECT concat_ws('.', 'granted', g.name, app_label, model, codename)
    FROM auth_group_permissions JOIN auth_group g ON g.id = group_id
    JOIN auth_permission p ON p.id = permission_id
    JOIN django_content_type c ON c.id = content_type_id
) AS lines
"""


class Emptying:
    """Takes the place of `DatabaseOperations.sql_flush`."""

    def __init__(self) -> None:
        self._written = _written()

    def __call__(
        self, _style: object, tables: Sequence[str], **_options: object
    ) -> list[str]:
        """What is left to execute; after it, if anything, migrate's signal writes its rows."""
        if _written() != self._written:
            return [f"TRUNCATE {', '.join(map(_quoted, tables))} CASCADE"]
        ours = [_quoted(table) for table in tables if table not in _OF_MIGRATE]
        found = ", ".join(f"EXISTS (SELECT FROM {table})" for table in ours)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {found}")
            rows = zip(ours, cursor.fetchone(), strict=True)
            filled = [table for table, has_some in rows if has_some]
            if filled:
                cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
        return []


def _written() -> str:
    """What migrate wrote, but for the numbers of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        found: str = cursor.fetchone()[0]
    return found


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)

"""Whether the database lets in as many connections as the processes here may open: W090.

A check of the database: `manage.py check --database default` makes it, and `serve` with several
processes.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004
from django.db import Error, connections

from ironclad.errors import IroncladError
from ironclad.workers.bounds import connections as needed

_ROOM = """
SELECT current_setting('max_connections')::int
     - current_setting('superuser_reserved_connections')::int
     - coalesce(current_setting('reserved_connections', true)::int, 0)
"""


@register(Tags.database)
def check_connections(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_options: object,
) -> list[CheckMessage]:
    """Nothing is said where the database cannot be asked: others say that."""
    del app_configs
    if "default" not in (databases or ()):
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(_ROOM)
            (room,) = cursor.fetchone()
    except (Error, IroncladError):
        return []
    most = needed(settings.WEB_PROCESSES, counting=counts_in_postgres())
    if most <= room:
        return []
    return [
        Warning(
            f"The processes here may open {most} connections, and PostgreSQL lets in {room}: "
            "under load requests would be refused with 503.",
            hint="Raise max_connections, or lower WEB_PROCESSES "
            "(docs/guide/sizing.md#database-connections).",
            id="ironclad.W090",
        )
    ]


def counts_in_postgres() -> bool:
    """Whether rate limits are counted there."""
    return str(settings.CACHES["default"]["BACKEND"]).endswith("CountsInPostgres")

"""What an installation that is backed up would have written of it, and who receives its log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

SLOT = "standby"
_WRITTEN = """
INSERT INTO backup_run (kind, repository, label, state, reason, started_at, ended_at, size,
  stored, wal_start, wal_stop, by)
SELECT kind, 'here', kind, 'good', '', now() - age, now() - age, 1000, 300, '', '', ''
FROM (VALUES ('full', interval '5 days'), ('diff', interval '7 hours'),
  ('dump', interval '9 hours')) made (kind, age);
INSERT INTO backup_repository (repository, seen_at, used, free, newest_wal, missing_wal, complaint)
VALUES ('here', now(), 300, 700, '', 0, '');
INSERT INTO restore_run (kind, repository, label, target, state, reason, started_at, ended_at,
  recovery_seconds, lost_seconds, checks, counts, by)
VALUES ('validation', 'here', 'full', 'latest', 'good', '', now() - interval '12 days',
  now() - interval '12 days', 74, 2, '[]', '{}', '')
"""


@contextmanager
def recovered(url: str) -> Iterator[None]:
    """In the database of that address, by a superuser of its server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_WRITTEN.encode())
        connection.execute(
            "SELECT pg_create_physical_replication_slot(%s, true)", [SLOT]
        )
        try:
            yield
        finally:
            connection.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])

"""What `manage.py restore --table` does once the copy stands still."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.restore import RestoreResult
from ironclad.recovery.side_schema import check, put_aside, to_put_back
from ironclad.recovery.table import parted
from sre_console.audit.actor import Actor
from sre_console.recovery.restores import aside_record


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows of one table, for a new schema of the live database."""

    url: str
    table: str
    where: str
    schema: str

    def carry_out(
        self, result: RestoreResult, actor: Actor, say: Callable[[str], None]
    ) -> str:
        """Copies, takes the restored folder away, and gives SQL to go on with."""
        from_what = f"as of {result.target}, from {result.label}"
        try:
            say(f"copying {self.table} into {self.schema} …")
            with result.running() as restored, _live(self.url) as live:
                done = put_aside(
                    restored, live, database=str(settings.DATABASES["default"]["NAME"]),
                    words=self.table, where=self.where, schema=self.schema,
                    from_what=from_what,
                )  # fmt: skip
                told = to_put_back(live, done)
        finally:
            shutil.rmtree(result.folder, ignore_errors=True)
        what = {
            "schema": self.schema, "table": self.table, "where": self.where,
            "rows": done.rows, "from": from_what,
        }  # fmt: skip
        aside_record(actor, what=what)
        return f"✓ {done.rows} rows are in {self.schema}, which nobody but the owner reads\n\n{told}"


def wanted(options: dict[str, Any], url: str) -> Aside | None:
    """None where no table is named. Raises RecoveryFailed, before anything is restored."""
    table, where, schema = options["table"], options["where"], options["schema"]
    if not table:
        if where or schema:
            message = "--where and --schema go with --table"
            raise RecoveryFailed(message, "name a table")
        return None
    parted(table)
    with _live(url) as live:
        check(live, schema, where)
    return Aside(url, table, where, schema)


@contextmanager
def _live(url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=10,
            application_name="ironclad restore",
        )
    except psycopg.Error as error:
        message = f"the live database does not answer: {str(error).strip()}"
        raise RecoveryFailed(
            message, "restore the whole cluster: leave --table out"
        ) from error
    with connection:
        yield connection

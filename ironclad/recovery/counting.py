"""How many rows each table has and which is the newest, at one moment of a running cluster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql

_SHOWN = ("SET timezone = 'UTC'", "SET extra_float_digits = 1", "SET datestyle = 'ISO'")
_STATE = """SELECT relpersistence::text, pg_relation_size(oid)
            FROM pg_class WHERE oid = to_regclass(%s)"""


@dataclass(frozen=True, slots=True)
class Table:
    """`moment` is a column that tells when a row came; `appended`: rows are only ever added."""

    name: str
    moment: str | None = None
    appended: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Of one table. `digest` is a sum over the text of all rows, None where it was not taken."""

    rows: int
    newest: datetime | None = None
    digest: int | None = None

    def document(self) -> dict[str, object]:
        newest = self.newest.isoformat() if self.newest else None
        return {"rows": self.rows, "newest": newest}


Counts = dict[str, Count]


def prepare(connection: psycopg.Connection, *, within: float) -> None:
    """Texts are the same on both sides, and no statement takes longer than so many seconds."""
    for statement in _SHOWN:
        connection.execute(statement)
    connection.execute(
        sql.SQL("SET statement_timeout = {}").format(sql.Literal(int(within * 1000)))
    )


def count(
    connection: psycopg.Connection,
    tables: Iterable[Table],
    *,
    digest_up_to: int = 0,
    until: datetime | None = None,
) -> Counts:
    """Of those tables that are there and logged; an unlogged one is empty after any restore.

    Called in a transaction of REPEATABLE READ it is of one moment. Tables of up to so many
    bytes get a digest of their rows. With `until`, of rows of up to that moment alone.
    """
    found: Counts = {}
    for table in tables:
        state = connection.execute(_STATE, [f'public."{table.name}"']).fetchone()
        if state is None or state[0] != "p":
            continue
        whole = until is None and int(state[1]) <= digest_up_to
        row = connection.execute(
            _query(table, until, digest=whole), _up_to(table, until)
        )
        rows, newest, digest = row.fetchone() or (0, None, None)
        found[table.name] = Count(
            int(rows), newest, int(digest) if digest is not None else None
        )
    return found


def _up_to(table: Table, until: datetime | None) -> Sequence[datetime]:
    return [until] if until is not None and table.moment else []


def _query(table: Table, until: datetime | None, *, digest: bool) -> sql.Composed:
    parts: dict[str, sql.Composable] = {
        "table": sql.Identifier("public", table.name),
        "newest": sql.SQL("max({})").format(sql.Identifier(table.moment))
        if table.moment
        else sql.SQL("NULL::timestamptz"),
        # A sum does not ask in which order the rows lie.
        "digest": sql.SQL(
            "coalesce(sum(hashtextextended(row_of::text, 0)::numeric), 0)"
            if digest
            else "NULL::numeric"
        ),
    }
    query = "SELECT count(*), {newest}, {digest} FROM {table} AS row_of"
    if until is not None and table.moment:
        query += " WHERE {moment} <= %s"
        parts["moment"] = sql.Identifier(table.moment)
    return sql.SQL(query).format(**parts)

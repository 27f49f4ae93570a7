"""Rows of an earlier moment, put beside the live ones: a person decides what to do with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql

from ironclad.embedded.postgres import Postgres
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.table import (
    Table,
    bounded,
    chunks,
    plain,
    selection,
    table,
    tried,
)

_SCHEMA = re.compile(r"restored_[a-z0-9_]{1,54}", re.ASCII)
_GIVEN_OF_SCHEMA = """
SELECT DISTINCT CASE WHEN g.grantee <> 0 THEN pg_get_userbyid(g.grantee) END
FROM pg_namespace, aclexplode(nspacl) g
WHERE nspname = %s AND %s <> '' AND g.grantee <> nspowner
"""
_GIVEN_OF_TABLE = """
SELECT DISTINCT CASE WHEN g.grantee <> 0 THEN pg_get_userbyid(g.grantee) END
FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(relacl) g
WHERE nspname = %s AND relname = %s AND g.grantee <> relowner
"""
_COMPARE = """\
-- rows that are gone or different now
SELECT {shared} FROM {side} EXCEPT SELECT {shared} FROM {live};
-- put back those that are gone
INSERT INTO {live} ({shared}) OVERRIDING SYSTEM VALUE
  SELECT {shared} FROM {side} ON CONFLICT DO NOTHING;
"""
_UPDATE = """\
-- give those that are different the values of then
UPDATE {live} AS now SET ({values}) = ROW({values_was})
  FROM {side} AS was WHERE ({key_now}) = ({key_was})
  AND ({values_now}) IS DISTINCT FROM ({values_was});
"""
_GONE = "-- {live} is gone: make it again by its migration first\n"
_DONE = "-- done with it\nDROP SCHEMA {schema} CASCADE;\n"
MOST = 1_000_000_000  # bytes of rows


@dataclass(frozen=True, slots=True)
class Aside:
    """Where the rows lie now."""

    schema: str
    table: Table
    rows: int


def check(live: Connection, schema: str, where: str) -> None:
    """Before anything is restored. Raises RecoveryFailed."""
    if not _SCHEMA.fullmatch(schema):
        message = f"{schema!r} is no name for the side schema"
        raise RecoveryFailed(message, "write restored_ and small letters, digits or _")
    if where:
        plain(where)
    query = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
    if live.execute(query, [schema]).fetchone():
        message = f"the schema {schema} is there already"
        raise RecoveryFailed(
            message, f"name another one, or: DROP SCHEMA {schema} CASCADE"
        )
    query = "SELECT has_database_privilege(current_database(), 'CREATE'), current_user"
    may, who = live.execute(query).fetchone() or (False, "")
    if not may:
        message = f"{who} may make no schema in this database"
        raise RecoveryFailed(message, "let DATABASE_URL name the database's owner")


def put_aside(  # noqa: PLR0913 - all of them by name
    restored: Postgres,
    live: Connection,
    *,
    database: str,
    words: str,
    where: str,
    schema: str,
    from_what: str,
) -> Aside:
    """In one transaction of `live`, which is the owner's; the live table is not touched.

    The condition runs on the restored server alone, signed in as the table's owner. Raises
    RecoveryFailed.
    """
    try:
        with restored.connect(database) as superuser:
            chosen = table(superuser, words)
        with psycopg.connect(
            restored.url(chosen.owner, "", database), autocommit=True
        ) as reader:
            bounded(reader)
            query = selection(chosen, where)
            tried(reader, query)
            with live.transaction():
                _make(live, chosen, schema, from_what)
                rows = _fill(live, chosen, schema, chunks(reader, query, MOST))
                _constrain(live, chosen, schema)
                _for_the_owner_alone(live, schema, chosen.name)
    except psycopg.Error as error:
        message = f"the rows could not be copied: {str(error).strip().splitlines()[0]}"
        raise RecoveryFailed(message, "nothing was changed") from error
    return Aside(schema, chosen, rows)


def _make(live: Connection, chosen: Table, schema: str, from_what: str) -> None:
    live.execute("SET LOCAL lock_timeout = '5s'")
    live.execute("SET LOCAL standard_conforming_strings = on")
    live.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    comment = sql.Literal(f"{chosen.schema}.{chosen.name} {from_what}")
    live.execute(
        sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), comment)
    )
    columns = [
        sql.SQL("{} {}{}{}").format(
            sql.Identifier(column.name),
            sql.SQL(column.type),
            sql.SQL(f" COLLATE {column.collation}" if column.collation else ""),
            sql.SQL(" NOT NULL" if column.required else ""),
        )
        for column in chosen.columns
    ]
    live.execute(
        sql.SQL("CREATE TABLE {} ({})").format(
            sql.Identifier(schema, chosen.name), sql.SQL(", ").join(columns)
        )
    )


def _fill(live: Connection, chosen: Table, schema: str, rows: Iterator[bytes]) -> int:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(schema, chosen.name),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in chosen.columns),
    )
    with live.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for chunk in rows:
                copy.write(chunk)
        return cursor.rowcount


def _constrain(live: Connection, chosen: Table, schema: str) -> None:
    for name, definition in chosen.constraints:
        live.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.Identifier(schema, chosen.name),
                sql.Identifier(name),
                sql.SQL(definition),
            )
        )


def _for_the_owner_alone(live: Connection, schema: str, name: str) -> None:
    """Default privileges may have given others rights on what was just made."""
    for kind, query, identifier in (
        ("SCHEMA", _GIVEN_OF_SCHEMA, sql.Identifier(schema)),
        ("TABLE", _GIVEN_OF_TABLE, sql.Identifier(schema, name)),
    ):
        for (role,) in live.execute(query, [schema, name]).fetchall():
            whom = sql.Identifier(role) if role else sql.SQL("PUBLIC")
            live.execute(
                sql.SQL("REVOKE ALL ON {} {} FROM {}").format(
                    sql.SQL(kind), identifier, whom
                )
            )


def to_put_back(live: Connection, aside: Aside) -> str:
    """SQL to compare the two and to put rows back, for a person to run."""
    chosen = aside.table
    place = chosen.identifier.as_string(live)
    there = {
        name
        for (name,) in live.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s)"
            " AND attnum > 0 AND NOT attisdropped",
            [place],
        )
    }
    shared = [c.name for c in chosen.columns if c.name in there and not c.generated]
    words = {
        "side": sql.Identifier(aside.schema, chosen.name),
        "live": chosen.identifier,
        "schema": sql.Identifier(aside.schema),
        "shared": _names(shared),
    }
    values = [name for name in shared if name not in chosen.key]
    if chosen.key:
        words |= {
            "key_now": _names(chosen.key, "now"), "key_was": _names(chosen.key, "was"),
            "values": _names(values), "values_now": _names(values, "now"),
            "values_was": _names(values, "was"),
        }  # fmt: skip
    if not there:
        parts = [_GONE]
    else:
        parts = [_COMPARE, *([_UPDATE] if chosen.key and values else [])]
    told = (sql.SQL(part).format(**words).as_string(live) for part in [*parts, _DONE])
    return "".join(told)


def _names(columns: Sequence[str], prefix: str = "") -> sql.Composed:
    """With the table's name before each."""
    before = [prefix] if prefix else []
    return sql.SQL(", ").join(sql.Identifier(*before, name) for name in columns)

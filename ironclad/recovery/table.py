"""A table of a restored cluster, read there: its columns, its constraints and some of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql

from ironclad.recovery.failure import RecoveryFailed

_NAME = re.compile(r"(?:([A-Za-z_]\w{0,62})\.)?([A-Za-z_]\w{0,62})", re.ASCII)
_TIMEOUT = 300  # seconds for one statement
_LONGEST = 2000  # characters of a WHERE
_FIND = """
SELECT c.oid, pg_get_userbyid(c.relowner), r.rolsuper
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON r.oid = c.relowner
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p')
"""
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated <> '',
       CASE WHEN a.attcollation <> t.typcollation
            THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
# Foreign keys would bind rows of two times together; triggers would act on a copy.
_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid), contype::text, array(
    SELECT attname FROM unnest(conkey) WITH ORDINALITY k(n, i)
    JOIN pg_attribute ON attrelid = conrelid AND attnum = k.n ORDER BY k.i)
FROM pg_constraint WHERE conrelid = %s AND contype IN ('p', 'u', 'c')
ORDER BY contype = 'c', conname
"""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str  # as SQL writes it
    required: bool
    generated: bool
    collation: str = ""  # as SQL writes it, where it is not the type's own


@dataclass(frozen=True, slots=True)
class Table:
    """As it was at the target."""

    schema: str
    name: str
    owner: str
    columns: tuple[Column, ...]
    constraints: tuple[tuple[str, str], ...]  # name and definition
    key: tuple[str, ...]  # primary

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


def parted(words: str) -> tuple[str, str]:
    """Schema and name of "users" or "public.users". Raises RecoveryFailed."""
    found = _NAME.fullmatch(words)
    if found is None:
        message = f"{words!r} is no name of a table"
        raise RecoveryFailed(message, "write users, or schema.users")
    return found[1] or "public", found[2]


def table(connection: Connection, words: str) -> Table:
    """Of the restored cluster. Raises RecoveryFailed where there is none."""
    schema, name = parted(words)
    found = connection.execute(_FIND, [schema, name]).fetchone()
    if found is None or schema in {"pg_catalog", "information_schema"}:
        message = f"there was no table {schema}.{name} at that moment"
        raise RecoveryFailed(message, "name another table, or another moment")
    oid, owner, is_superuser = found
    if is_superuser:
        message = f"{schema}.{name} belongs to the superuser {owner}"
        remedy = "its expressions would run with every right: restore the whole cluster"
        raise RecoveryFailed(message, remedy)
    rows = connection.execute(_COLUMNS, [oid]).fetchall()
    constraints = connection.execute(_CONSTRAINTS, [oid]).fetchall()
    keys = [tuple(columns) for _, _, kind, columns in constraints if kind == "p"]
    return Table(
        schema, name, str(owner),
        tuple(
            Column(name, kind, required, generated, collation or "")
            for name, kind, required, generated, collation in rows
        ),
        tuple((str(name), str(words)) for name, words, _, _ in constraints),
        keys[0] if keys else (),
    )  # fmt: skip


def selection(chosen: Table, where: str) -> sql.Composed:
    """The query for its rows; `where` is bounded by `plain`. Raises RecoveryFailed."""
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(sql.Identifier(each.name) for each in chosen.columns),
        chosen.identifier,
    )
    if not where:
        return sql.Composed([query])
    plain(where)
    # A comment in it ends with the line.
    return query + sql.SQL(" WHERE (\n") + sql.SQL(where) + sql.SQL("\n)")


def plain(where: str) -> None:
    """Raises RecoveryFailed unless it stays between the parentheses that it is put into.

    One expression: quotes and parentheses are closed and no statement ends in it. What it may
    do is bounded elsewhere: it runs on the copy, which is read-only, with the rights of the
    table's owner, in a limited time.
    """
    remedy = 'write one plain expression, as in --where "id < 100"'
    if len(where) > _LONGEST or "\0" in where:
        raise RecoveryFailed("the condition is too long", remedy)
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", " ", where)
    for sign, what in (
        (";", "the end of a statement"), ("--", "a comment"), ("/*", "a comment"),
        ("$", "a dollar"), ("'", "an open quote"), ('"', "an open quote"),
        ("\\", "a backslash"),
    ):  # fmt: skip
        if sign in (where if sign == "\\" else bare):
            raise RecoveryFailed(f"the condition holds {what}", remedy)
    depth = 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
    if depth or not bare.strip():
        message = "the condition has parentheses that do not match, or is empty"
        raise RecoveryFailed(message, remedy)


def bounded(connection: Connection) -> None:
    """What a reading session may take, and that all values are written alike."""
    for name, value in (
        ("statement_timeout", f"{_TIMEOUT}s"), ("row_security", "off"),
        ("default_transaction_read_only", "on"), ("search_path", "pg_catalog, public"),
        ("datestyle", "ISO, YMD"), ("intervalstyle", "postgres"), ("timezone", "UTC"),
        ("extra_float_digits", "1"), ("standard_conforming_strings", "on"),
    ):  # fmt: skip
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])


def tried(connection: Connection, query: sql.Composed) -> None:
    """Whether it is one statement that PostgreSQL understands. Raises RecoveryFailed."""
    try:
        # Binary: by that protocol a server takes one statement and refuses two.
        connection.execute(sql.SQL("EXPLAIN ") + query, binary=True)
    except psycopg.Error as error:
        message = f"the condition is refused: {str(error).strip().splitlines()[0]}"
        raise RecoveryFailed(message, 'as in --where "id < 100"') from error


def chunks(
    connection: Connection, query: sql.Composed, most_bytes: int
) -> Iterator[bytes]:
    """The rows in COPY's text. Raises RecoveryFailed beyond `most_bytes`."""
    size = 0
    statement = sql.SQL("COPY ({}) TO STDOUT").format(query)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for chunk in copy:
            size += len(chunk)
            if size > most_bytes:
                raise RecoveryFailed(
                    f"the rows are over {most_bytes / 1e6:,.0f} MB",
                    "take fewer with --where, or restore the whole cluster",
                )
            yield bytes(chunk)

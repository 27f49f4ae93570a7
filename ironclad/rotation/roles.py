"""The roles that sign in, as the database's owner sees and changes them.

By the two functions of rotation.sql where the database has them; elsewhere the owner needs
CREATEROLE. A password goes to the server as its SCRAM verifier, so that no log can hold it.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection, sql

# A number of ours alone: what else takes advisory locks here takes other ones.
_LOCK = 7_310_006_251
# Whatever somebody gave the role before; INHERIT makes the membership work by itself.
_ATTRIBUTES = sql.SQL("INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION")


def locked(connection: Connection) -> bool:
    """Take the lock of rotations, until the connection ends; False if another run has it."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
    return bool(row and row[0])


def exists(connection: Connection, role: str) -> bool:
    query = "SELECT 1 FROM pg_roles WHERE rolname = %s"
    return connection.execute(query, [role]).fetchone() is not None


def login_give(
    connection: Connection, role: str, password: str, *, member_of: str
) -> None:
    """Make the role if it is missing; let it sign in with that password and with no other."""
    verifier = _verifier(connection, role, password)
    if _by_function(connection):
        given = "SELECT ironclad_rotation.login_give(%s, %s)"
        connection.execute(given, [role, verifier])
        return
    if not exists(connection, role):
        _create(connection, role, verifier, member_of=member_of)
        return
    name = sql.Identifier(role)
    words = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {} VALID UNTIL 'infinity'")
    with connection.transaction():
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(member_of), name)
        )
        connection.execute(words.format(name, sql.Literal(verifier)))


def login_take(connection: Connection, role: str) -> None:
    """It signs in no more, and its password is gone. Its sessions go on."""
    if _by_function(connection):
        connection.execute("SELECT ironclad_rotation.login_take(%s)", [role])
        return
    words = sql.SQL("ALTER ROLE {} NOLOGIN PASSWORD NULL")
    connection.execute(words.format(sql.Identifier(role)))


def able(connection: Connection, roles: Sequence[str]) -> list[str]:
    """Those of them that may sign in."""
    query = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND rolcanlogin ORDER BY 1"
    return [row[0] for row in connection.execute(query, [list(roles)])]


def sessions(connection: Connection, roles: Sequence[str]) -> int:
    """How many there are of these roles, in any database of the server."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = ANY(%s)"
    row = connection.execute(query, [list(roles)]).fetchone()
    return int(row[0]) if row else 0


def _create(
    connection: Connection, role: str, verifier: str, *, member_of: str
) -> None:
    """A role that signs in with the rights of `member_of`."""
    words = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {} IN ROLE {}")
    connection.execute(
        words.format(
            sql.Identifier(role),
            _ATTRIBUTES,
            sql.Literal(verifier),
            sql.Identifier(member_of),
        )
    )


def _by_function(connection: Connection) -> bool:
    query = (
        "SELECT to_regprocedure('ironclad_rotation.login_give(text,text)') IS NOT NULL"
    )
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _verifier(connection: Connection, role: str, password: str) -> str:
    made = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    return made.decode()

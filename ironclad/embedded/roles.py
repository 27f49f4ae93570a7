"""The built-in database and its two roles, made by the superuser at each start."""

from __future__ import annotations

from psycopg import Connection, sql

from ironclad.embedded.environment import APP, BACKUP, DATABASE, OWNER


def ensure(connection: Connection, *, owner_password: str, app_password: str) -> None:
    """Makes what is missing and sets both passwords, so that a lost file heals.

    The grants on tables are `manage.py database_roles`' work, after the migrations.
    """
    for role, password in ((OWNER, owner_password), (APP, app_password)):
        _role(connection, role, password)
    database, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
    if not _exists(connection, "pg_database", "datname", DATABASE):
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner)
        )
    for statement in (
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            database, sql.Identifier(APP)
        ),
    ):
        connection.execute(statement)


def ensure_backup(connection: Connection, *, password: str) -> None:
    """The role that base backups and the WAL receiver sign in as."""
    _role(connection, BACKUP, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} REPLICATION").format(sql.Identifier(BACKUP))
    )


def end_backup(connection: Connection) -> None:
    """Without a receiver its slot would hold WAL back for nobody."""
    slots = "SELECT slot_name FROM pg_replication_slots WHERE slot_name = %s"
    for (name,) in connection.execute(slots, [BACKUP]).fetchall():
        connection.execute("SELECT pg_drop_replication_slot(%s)", [name])


def _role(connection: Connection, role: str, password: str) -> None:
    # Hashed here: the password itself must not pass through the server's log.
    digest = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    name = sql.Identifier(role)
    if not _exists(connection, "pg_roles", "rolname", role):
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                name
            )
        )
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(digest.decode()))
    )


def _exists(connection: Connection, table: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = {}").format(
        sql.Identifier(table), sql.Identifier(column), sql.Literal(name)
    )
    return connection.execute(query).fetchone() is not None

"""The application's database role: it reads and writes rows, and rewrites no history.

The owner runs migrations and calls this; the server connects as the application's role.
"""

from __future__ import annotations

from django.db import connection, transaction
from psycopg import sql

# what nobody but the owner may change, beside the audit log
_READ_ONLY = ("django_migrations", "audit_entry", "audit_checkpoint")

_STATEMENTS = (
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    # tables of later migrations, made by the same owner
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}"
    ),
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        " GRANT USAGE, SELECT ON SEQUENCES TO {role}"
    ),
    "REVOKE ALL ON {read_only} FROM {role}",
    "GRANT SELECT ON {read_only} TO {role}",
    # the one way into the audit log; the owner alone takes the oldest away
    "REVOKE ALL ON FUNCTION audit_entry_append, audit_entry_retain FROM PUBLIC, {role}",
    "GRANT EXECUTE ON FUNCTION audit_entry_append TO {role}",
)
# The version before this one writes rows itself, until the first sealed entry is there.
_PLAIN_SO_FAR = "SELECT scheme = 1 FROM audit_entry ORDER BY id DESC LIMIT 1"
_STILL = "GRANT INSERT ON audit_entry TO {role}"


def role_exists(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def role_create(role: str) -> None:
    """A role that may sign in once it is given a password, and has no other attribute."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def grants_give(role: str) -> None:
    """Give the role what it needs and no more; harmless when repeated.

    One transaction: the audit log is never open for rewriting in between.
    """
    names = {
        "role": sql.Identifier(role),
        "database": sql.Identifier(str(connection.settings_dict["NAME"])),
        "read_only": sql.SQL(", ").join(map(sql.Identifier, _READ_ONLY)),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(sql.SQL(statement).format(**names))
        cursor.execute(_PLAIN_SO_FAR)
        if cursor.fetchone() == (True,):
            cursor.execute(sql.SQL(_STILL).format(**names))

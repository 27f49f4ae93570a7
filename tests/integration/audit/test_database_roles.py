"""The application's role on a real PostgreSQL: what it may do and what it may not."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from sre_console.audit.chain import GENESIS
from tests.integration.audit.tampering import plain
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def app_role(settings: Settings) -> str:
    """Made by the command under test, and rolled back with it."""
    settings.DATABASE_APP_ROLE = f'app of "{connection.settings_dict["NAME"]}"'
    call_command("database_roles", stdout=StringIO())
    return str(settings.DATABASE_APP_ROLE)


def run(role: str, statement: str) -> None:
    quoted = '"' + role.replace('"', '""') + '"'
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {quoted}")
        cursor.execute(statement)
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO traffic_setting (id, version, rate, set_by) VALUES (1, 1, 1, '')",
        "UPDATE fault_plan SET version = 7",
        "DELETE FROM sli_sample",
        "SELECT * FROM users FOR UPDATE",
        "SELECT nextval('users_id_seq')",
        "SELECT * FROM audit_entry",
        "SELECT * FROM django_migrations",
        "SELECT pg_notify('ironclad_plan', '1')",
    ],
)
def test_it_reads_and_writes_rows(app_role: str, statement: str) -> None:
    run(app_role, statement)


def test_it_appends_to_the_audit_log(app_role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(%s)", [app_role])
        cursor.execute(f"SET LOCAL ROLE {cursor.fetchone()[0]}")
        write()
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'mallory'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry DEFAULT VALUES",
        "INSERT INTO audit_checkpoint DEFAULT VALUES",
        "DELETE FROM audit_checkpoint",
        "SELECT audit_entry_retain(1, '', 2::smallint, now(), 0, '', '', '')",
        "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger AS '' LANGUAGE sql",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
        "SET session_replication_role = replica",
        "ALTER TABLE users ADD COLUMN more int",
        "DROP TABLE users",
        "TRUNCATE users",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "DELETE FROM django_migrations",
    ],
)
def test_it_is_refused_all_else(app_role: str, statement: str) -> None:
    write()
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(app_role, statement)


def test_a_table_of_a_later_migration_can_be_used_too(app_role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id serial)")
    run(app_role, "INSERT INTO later DEFAULT VALUES")


def test_a_right_to_create_from_an_older_postgresql_is_taken_away(
    app_role: str,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    call_command("database_roles", stdout=StringIO())
    with pytest.raises(DatabaseError, match="permission denied"):
        run(app_role, "CREATE TABLE mine (id int)")


def test_giving_the_grants_again_changes_nothing(app_role: str) -> None:
    call_command("database_roles", stdout=StringIO())
    with pytest.raises(DatabaseError, match="permission denied"):
        run(app_role, "DELETE FROM audit_entry")


@pytest.mark.usefixtures("append_only")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'mallory'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry (id) SELECT id + 1 FROM audit_entry",
        "INSERT INTO audit_checkpoint DEFAULT VALUES",
    ],
)
def test_the_owner_is_refused_by_the_trigger(statement: str) -> None:
    write()
    with (
        pytest.raises(DatabaseError, match=r"append-only|alone"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_version_before_writes_on_until_the_first_sealed_entry(
    app_role: str,
) -> None:
    insert = (
        "INSERT INTO audit_entry (id, at, actor, role, action, subject, detail, request_id, "
        "previous_hash, hash) VALUES ({0}, now(), '', '', '', '', '{{}}', '', '', '{0}')"
    )
    with pytest.raises(DatabaseError, match="permission denied"):
        run(app_role, insert.format(1))
    plain(1, GENESIS)
    call_command("database_roles", stdout=StringIO())
    run(app_role, insert.format(2))
    write()
    with pytest.raises(DatabaseError, match="alone"):
        run(app_role, insert.format(4))
    call_command("database_roles", stdout=StringIO())
    with pytest.raises(DatabaseError, match="permission denied"):
        run(app_role, insert.format(4))

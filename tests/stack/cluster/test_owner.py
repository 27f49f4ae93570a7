"""What the database's owner may do in the cluster, and what it can not give itself."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue

from ironclad.rotation import roles
from tests.stack.cluster.postgres import ClusterPostgres, refused

pytestmark = [pytest.mark.stack, pytest.mark.patient]

VERIFIER = f"SCRAM-SHA-256$4096:{'A' * 22}==${'B' * 43}=:{'C' * 43}="
GIVE = "SELECT ironclad_rotation.login_give(%s, %s)"
TAKE = "SELECT ironclad_rotation.login_take(%s)"
NOT_OURS = [
    *("postgres", "ironclad_owner", "ironclad_exporter", "ironclad_replicator"),
    *("pg_execute_server_program", 'ironclad_app_a" SUPERUSER --', "", None),
]


@pytest.fixture
def owner(postgres: ClusterPostgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.url_of("owner"), autocommit=True) as connection:
        yield connection


def stored(postgres: ClusterPostgres) -> str:
    """All roles with attributes and passwords, as the superuser sees them."""
    words = ["--username=postgres", "--dbname=ironclad", "--tuples-only"]
    query = "TABLE pg_authid; TABLE pg_auth_members"
    return postgres.run("psql", *words, "--command", query)


def test_it_has_no_attribute_and_is_a_member_of_nothing(
    owner: psycopg.Connection,
) -> None:
    row = owner.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
        " OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row == (False,)


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT pg_execute_server_program TO ironclad_owner",
        "GRANT pg_execute_server_program TO ironclad_app",
        "GRANT pg_read_server_files TO ironclad_owner",
        "GRANT pg_write_server_files TO ironclad_owner",
        "GRANT postgres TO ironclad_owner",
        "GRANT ironclad_app TO postgres",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE ROLE mine",
        "ALTER ROLE ironclad_owner CREATEROLE",
        "ALTER ROLE ironclad_app PASSWORD 'mine'",
        "ALTER ROLE ironclad_app_a PASSWORD 'mine'",
        "DROP ROLE ironclad_app_a",
        "SET ROLE postgres",
    ],
)
def test_it_gives_itself_nothing(
    owner: psycopg.Connection, postgres: ClusterPostgres, statement: str
) -> None:
    before = stored(postgres)
    with pytest.raises(InsufficientPrivilege):
        owner.execute(statement.encode())
    assert stored(postgres) == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE FUNCTION ironclad_rotation.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION ironclad_rotation.login_take(name) RETURNS void LANGUAGE sql AS ''",
        "ALTER FUNCTION ironclad_rotation.login_take RESET ALL",
        "ALTER FUNCTION ironclad_rotation.login_take OWNER TO ironclad_owner",
        "DROP FUNCTION ironclad_rotation.login_take",
        "ALTER SCHEMA ironclad_rotation OWNER TO ironclad_owner",
        "DROP SCHEMA ironclad_rotation CASCADE",
    ],
)
def test_it_does_not_change_the_functions(
    owner: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(InsufficientPrivilege):
        owner.execute(statement.encode())


@pytest.mark.parametrize("role", [*NOT_OURS, "ironclad_app"])
def test_it_gives_a_login_to_no_other_role(
    owner: psycopg.Connection, postgres: ClusterPostgres, role: str | None
) -> None:
    before = stored(postgres)
    with pytest.raises(InsufficientPrivilege, match="no login role of the rotation"):
        owner.execute(GIVE, [role, VERIFIER])
    assert stored(postgres) == before


@pytest.mark.parametrize("role", NOT_OURS)
def test_it_takes_the_login_of_no_other_role(
    owner: psycopg.Connection, postgres: ClusterPostgres, role: str | None
) -> None:
    before = stored(postgres)
    with pytest.raises(InsufficientPrivilege, match="no login role of the rotation"):
        owner.execute(TAKE, [role])
    assert stored(postgres) == before


@pytest.mark.parametrize(
    "password",
    [
        "plaintext",
        "",
        None,
        "md5" + "0" * 32,
        VERIFIER + "x",
        "x" + VERIFIER,
        VERIFIER + "\n",
        VERIFIER.replace("4096", "0"),
        VERIFIER.replace("=:", "=:'"),
        "SCRAM-SHA-256$4096:plaintext",
    ],
)
def test_a_password_is_a_scram_verifier_or_nothing(
    owner: psycopg.Connection, postgres: ClusterPostgres, password: str | None
) -> None:
    before = stored(postgres)
    with pytest.raises(InvalidParameterValue, match="no SCRAM verifier") as caught:
        owner.execute(GIVE, ["ironclad_app_a", password])
    assert "plaintext" not in str(caught.value)
    assert stored(postgres) == before


@pytest.mark.parametrize("role", ["app", "exporter"])
def test_nobody_else_reaches_the_functions(
    postgres: ClusterPostgres, role: str
) -> None:
    with psycopg.connect(postgres.url_of(role), autocommit=True) as connection:
        for statement, values in ((GIVE, ["x", "x"]), (TAKE, ["x"])):
            with pytest.raises(InsufficientPrivilege, match="permission denied"):
                connection.execute(statement.encode(), values)


def test_the_functions_are_executed_by_the_owner_alone(
    postgres: ClusterPostgres,
) -> None:
    query = (
        "SELECT DISTINCT rolname FROM pg_roles, pg_proc"
        " WHERE pronamespace = 'ironclad_rotation'::regnamespace"
        " AND has_function_privilege(pg_roles.oid, pg_proc.oid, 'EXECUTE') AND NOT rolsuper"
    )
    words = ["--username=postgres", "--dbname=ironclad", "--tuples-only"]
    found = postgres.run("psql", *words, "--command", query)
    assert found.split() == ["ironclad_owner"]


def test_names_of_the_callers_do_not_reach_into_the_functions(
    owner: psycopg.Connection, postgres: ClusterPostgres
) -> None:
    owner.execute(
        "CREATE SCHEMA trap; CREATE FUNCTION trap.format(text, VARIADIC text[])"
        " RETURNS text LANGUAGE sql AS 'SELECT ''ALTER ROLE ironclad_owner SUPERUSER''';"
        "SET search_path = trap, pg_catalog"
    )
    try:
        assert "SUPERUSER" in str(owner.execute("SELECT format('x', 'y')").fetchone())
        roles.login_give(owner, "ironclad_app_a", "first", member_of="ironclad_app")
        roles.login_take(owner, "ironclad_app_a")
    finally:
        owner.execute("DROP SCHEMA trap CASCADE")
    superuser = "SELECT rolsuper FROM pg_roles WHERE rolname = 'ironclad_owner'"
    assert owner.execute(superuser).fetchone() == (False,)


def test_a_login_is_given_and_taken(
    owner: psycopg.Connection, postgres: ClusterPostgres
) -> None:
    roles.login_give(owner, "ironclad_app_b", "first", member_of="ironclad_app")
    url = postgres.url_as("ironclad_app_b", "first")
    with psycopg.connect(url) as connection:
        assert roles.sessions(owner, ["ironclad_app_b"]) == 1
        row = connection.execute("SELECT pg_has_role('ironclad_app', 'USAGE')")
        assert row.fetchone() == (True,)
    roles.login_take(owner, "ironclad_app_b")
    assert "password authentication failed" in refused(url)
    assert roles.able(owner, ["ironclad_app_b"]) == []

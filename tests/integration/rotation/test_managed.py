"""A managed PostgreSQL, made as the guide tells: no superuser has a hand in it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from psycopg.errors import InsufficientPrivilege
from pytest_django import Settings

from ironclad.embedded.home import CHECKOUT
from ironclad.embedded.postgres import Postgres
from ironclad.rotation import roles
from ironclad.rotation.address import role_of
from tests.integration.rotation.conftest import owner
from tests.integration.rotation.database import (
    APP,
    OWNER,
    Database,
    database,
    signs_in,
)

ADMINISTRATOR = "administrator"
SCRIPT = CHECKOUT / "deploy/kubernetes/base/postgres/rotation.sql"


@pytest.fixture(scope="module")
def managed(postgres_version: int) -> Iterator[Database]:
    with database(postgres_version, make=make) as running:
        yield running


def make(postgres: Postgres) -> None:
    with postgres.connect() as connection:
        connection.execute(
            f"CREATE ROLE {ADMINISTRATOR} LOGIN CREATEROLE CREATEDB PASSWORD 'admin'"
        )
    guide = (CHECKOUT / "docs/guide/deploy.md").read_text("utf-8")
    (statements,) = re.findall(r"```sql\n(CREATE ROLE .+?)```", guide, re.DOTALL)
    passwords = "".join(
        f"ALTER ROLE {role} PASSWORD '{password}';"
        for role, password in ((OWNER, "owner-password"), (APP, "first"))
    )
    psql(postgres, statements + passwords)
    psql(postgres, SCRIPT.read_text("utf-8"))


def psql(postgres: Postgres, statements: str) -> None:
    """As the administrator."""
    words = ["-X", "-v", "ON_ERROR_STOP=1", "-h", str(postgres.sockets)]
    done = subprocess.run(
        [postgres.binaries.program("psql"), *words, "-U", ADMINISTRATOR, "postgres"],
        env=os.environ | {"PGPASSWORD": "admin"},
        input=statements,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_rotations_follow_each_other(
    managed: Database, tmp_path: Path, settings: Settings
) -> None:
    settings.DATABASE_URL = managed.owner_url
    file = tmp_path / "url"
    file.write_text(managed.url(APP, "first"))
    for role in (f"{APP}_a", f"{APP}_b", f"{APP}_a"):
        before = file.read_text()
        for more in ([], ["--retire"]):
            call_command(
                "rotate_database_password",
                f"--url-file={file}",
                *more,
                stdout=StringIO(),
            )
        assert role_of(file.read_text()) == role
        assert signs_in(file.read_text().strip())
        assert not signs_in(before.strip())


@pytest.mark.parametrize("role", [ADMINISTRATOR, OWNER, "postgres"])
def test_the_owner_changes_no_other_role(managed: Database, role: str) -> None:
    with owner(managed) as connection:
        with pytest.raises(
            InsufficientPrivilege, match="no login role of the rotation"
        ):
            roles.login_give(connection, role, "mine", member_of=APP)
        with pytest.raises(
            InsufficientPrivilege, match="no login role of the rotation"
        ):
            roles.login_take(connection, role)


def test_the_owner_gives_itself_no_predefined_role(managed: Database) -> None:
    with owner(managed) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(f"GRANT pg_execute_server_program TO {OWNER}")


def test_the_owner_does_not_take_the_functions_over(managed: Database) -> None:
    with owner(managed) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("DROP SCHEMA ironclad_rotation CASCADE")


def test_the_application_does_not_reach_the_functions(managed: Database) -> None:
    with managed.postgres.connect("ironclad") as connection:
        connection.execute(f"SET ROLE {APP}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT ironclad_rotation.login_take('x')")

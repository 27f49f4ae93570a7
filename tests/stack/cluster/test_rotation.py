"""The password of the cluster's database changed, by an owner that can make no role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ironclad.embedded.home import CHECKOUT
from ironclad.rotation import roles
from ironclad.rotation.address import login_roles, password_of, role_of
from ironclad.rotation.file import FilePlace
from ironclad.rotation.rotation import Rotation
from tests.stack.cluster.postgres import ClusterPostgres, cluster_postgres, refused
from tests.stack.cluster.test_start import manage

pytestmark = [pytest.mark.stack, pytest.mark.patient]

APP = "ironclad_app"
FIRST, SECOND = login_roles(APP)


@pytest.fixture(scope="module")
def postgres(secrets: dict[str, dict[str, str]]) -> Iterator[ClusterPostgres]:
    """One of its own, with its tables."""
    with cluster_postgres(secrets) as running:
        done = manage(running, "Job", 0, "prepare")
        assert done.returncode == 0, done.stderr
        yield running


@pytest.fixture
def file(postgres: ClusterPostgres, tmp_path: Path) -> Path:
    """The address that secrets.sh writes, on a database where it is good."""
    restore(postgres)
    path = tmp_path / "url"
    path.write_text(postgres.url_of("app"))
    return path


def step(postgres: ClusterPostgres, file: Path, name: str) -> None:
    """`begin` or `retire`, as a run of its own."""
    with psycopg.connect(postgres.url_of("owner"), autocommit=True) as owner:
        rotation = Rotation(owner, APP, FilePlace(file), print, patience=5, pause=0.01)
        getattr(rotation, name)()


def able(postgres: ClusterPostgres) -> list[str]:
    with psycopg.connect(postgres.url_of("owner")) as owner:
        return roles.able(owner, [APP, FIRST, SECOND])


def restore(postgres: ClusterPostgres) -> None:
    """What the guide has for an address that secrets.sh wrote after a rotation."""
    guide = (CHECKOUT / "docs/guide/secrets.md").read_text("utf-8")
    (statements,) = re.findall(r"<<'SQL'\n(.+?)\nSQL\n", guide, re.DOTALL)
    script = postgres.folder / "restore.sql"
    script.write_text(statements)
    words = ["--no-psqlrc", "--username=postgres", "--dbname=ironclad"]
    postgres.run("psql", *words, "--set=ON_ERROR_STOP=1", "--file", str(script))


def test_rotations_follow_each_other(postgres: ClusterPostgres, file: Path) -> None:
    before = [file.read_text()]
    for role in (FIRST, SECOND, FIRST):
        step(postgres, file, "begin")
        after = file.read_text().strip()
        assert role_of(after) == role
        assert refused(before[-1]) == refused(after) == ""
        step(postgres, file, "retire")
        assert able(postgres) == [role]
        assert all(map(refused, before))
        assert not refused(after)
        before.append(after)


def test_the_roles_that_take_turns_serve_and_change_no_table(
    postgres: ClusterPostgres, file: Path
) -> None:
    step(postgres, file, "begin")
    with psycopg.connect(file.read_text().strip(), autocommit=True) as connection:
        connection.execute("INSERT INTO users (name, email) VALUES ('A', 'a@b.co')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE users")
    step(postgres, file, "retire")


def test_no_password_of_a_rotation_is_in_the_log(
    postgres: ClusterPostgres, file: Path
) -> None:
    step(postgres, file, "begin")
    assert password_of(file.read_text()) not in postgres.log()
    step(postgres, file, "retire")


def test_the_first_address_is_good_again_as_the_guide_tells(
    postgres: ClusterPostgres, file: Path
) -> None:
    step(postgres, file, "begin")
    step(postgres, file, "retire")
    assert "password authentication failed" in refused(postgres.url_of("app"))
    restore(postgres)
    assert refused(postgres.url_of("app")) == ""
    # And rotations go on from there.
    file.write_text(postgres.url_of("app"))
    step(postgres, file, "begin")
    step(postgres, file, "retire")
    assert refused(file.read_text().strip()) == ""


def test_a_database_made_anew_from_its_dump_can_be_rotated(
    postgres: ClusterPostgres, file: Path
) -> None:
    dump = postgres.folder / "run" / "ironclad.dump"
    owner = postgres.url_of("owner")
    postgres.run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={owner}")
    words = ["--username=postgres", "--dbname=postgres"]
    drop = "DROP DATABASE ironclad WITH (FORCE)"
    postgres.run("psql", *words, "--command", drop)
    postgres.run("pg_restore", *words, "--create", "--exit-on-error", str(dump))
    step(postgres, file, "begin")
    step(postgres, file, "retire")
    assert not refused(file.read_text().strip())
    with (
        psycopg.connect(owner, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("DROP SCHEMA ironclad_rotation CASCADE")

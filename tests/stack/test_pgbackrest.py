"""The cluster's own configuration of pgBackRest, on a real PostgreSQL 15: what goes in comes out."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ironclad.embedded.account import give
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.pgbackrest_failure import failure
from ironclad.recovery.pgbackrest_info import Info, archive_of, listed
from ironclad.recovery.repository import BaseBackup
from tests.acceptance.harness.waiting import until
from tests.stack.archived import Archived, archived_postgres, restored, served
from tests.stack.cluster import manifests

pytestmark = [
    pytest.mark.stack,
    pytest.mark.patient,
    pytest.mark.recovery,
    pytest.mark.timeout(400),
]

ROW = "a-row-that-is-to-be-found-again"


@pytest.fixture(scope="module")
def secrets() -> dict[str, dict[str, str]]:
    """With a server's certificate for this machine's name among them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INGRESS_HOST", "localhost")
        return made_secrets()


def made_secrets() -> dict[str, dict[str, str]]:
    made = manifests.secrets()
    return {thing["metadata"]["name"]: manifests.values(thing) for thing in made}


@pytest.fixture(scope="module")
def archived(secrets: dict[str, dict[str, str]]) -> Iterator[Archived]:
    """With a full and a differential backup, a row before each, and one in the WAL after."""
    with archived_postgres(secrets) as found:
        found.ask(f"CREATE TABLE kept AS SELECT '{ROW}-full' AS row")
        found.did("backup", "--type=full")
        keep(found, "diff")
        found.did("backup", "--type=diff")
        keep(found, "wal")
        found.ask("SELECT pg_create_restore_point('here')", "postgres")
        keep(found, "late")
        found.archived()
        yield found


@pytest.fixture
def backups(archived: Archived) -> list[BaseBackup]:
    return archived.repository().backups()


def keep(archived: Archived, when: str) -> None:
    archived.ask(f"INSERT INTO kept VALUES ('{ROW}-{when}')")  # noqa: S608


def empty(archived: Archived, name: str) -> Path:
    folder = archived.folder / name
    folder.mkdir(mode=0o700)
    give(folder, archived.postgres.owner)
    return folder


def test_what_is_committed_waits_a_minute_at_most(archived: Archived) -> None:
    shown = [
        archived.ask(f"SHOW {name}") for name in ("archive_mode", "archive_timeout")
    ]
    assert shown == ["on", "1min"]


def test_the_backups_are_those_that_were_made(backups: list[BaseBackup]) -> None:
    full, diff = backups
    assert [full.kind, diff.kind, full.version] == ["full", "diff", 15]
    assert diff.label.startswith(f"{full.label}_")
    assert diff.stored < full.stored < full.size


def test_no_wal_is_missing_and_every_checksum_is_right(
    archived: Archived, backups: list[BaseBackup]
) -> None:
    repository = archived.repository()
    archive = repository.archive()
    assert archive is not None
    assert archive.missing == ()
    assert archive.first <= backups[0].wal_start <= backups[1].wal_stop < archive.last
    assert repository.verify(backups[-1]) == []


def test_the_repository_holds_nothing_that_can_be_read(archived: Archived) -> None:
    """By its own tools, which find the row in the data folder; unpacked, too."""
    assert _holds_row(archived.folder / "data" / "base")
    repository = archived.folder / "repository"
    assert not _holds_row(repository)
    files = [path for path in repository.rglob("*") if path.is_file()]
    assert len(files) > 10
    # Salted, as openssl's own format: it begins with that word.
    heads = {path.read_bytes()[:8] for path in files}
    assert heads == {b"Salted__"}


def _holds_row(folder: Path) -> bool:
    done = subprocess.run(["grep", "-rqa", ROW, folder], check=False)
    return done.returncode == 0


def test_whoever_makes_backups_reads_no_table_and_is_no_superuser(
    archived: Archived,
) -> None:
    query = (
        "SELECT rolsuper OR rolreplication OR rolcreaterole OR pg_has_role(oid, 'pg_read_all_data',"
        " 'USAGE') FROM pg_roles WHERE rolname = 'ironclad_pgbackrest'"
    )
    assert archived.ask(query) == "f"


def test_the_dump_s_role_reads_all_and_writes_nothing(archived: Archived) -> None:
    url = archived.postgres.url_of("backup")
    words = ["--no-psqlrc", "--tuples-only", "--no-align", "--dbname", url, "--command"]
    found = archived.postgres.run("psql", *words, "SELECT count(*) > 2 FROM kept")
    assert found.strip() == "t"
    assert f"{ROW}-full" in archived.postgres.run("pg_dump", f"--dbname={url}")
    with pytest.raises(AssertionError, match=r"read-only|permission denied"):
        archived.postgres.run("psql", *words, "INSERT INTO kept VALUES ('x')")


def test_a_restore_has_every_row_up_to_the_target(
    archived: Archived, backups: list[BaseBackup]
) -> None:
    data = empty(archived, "new")
    repository = archived.repository()
    repository.lay_out(backups[0], data)
    assert not list(data.glob("*.signal"))
    command = repository.restore_command()
    with restored(archived, data, command=command, target="here") as connection:
        rows = {row for (row,) in connection.execute("SELECT row FROM kept")}
    assert rows == {f"{ROW}-{when}" for when in ("full", "diff", "wal")}


def test_a_restore_over_something_is_refused(
    archived: Archived, backups: list[BaseBackup]
) -> None:
    folder = empty(archived, "taken")
    (folder / "somebody's").touch()
    with pytest.raises(RecoveryFailed, match="not empty"):
        archived.repository().lay_out(backups[0], folder)
    assert [path.name for path in folder.iterdir()] == ["somebody's"]


def test_another_passphrase_is_told_as_that(archived: Archived) -> None:
    other = empty(archived, "other-passphrase")
    (other / "secrets.conf").write_text("[global]\nrepo1-cipher-pass=another\n")
    (other / "secrets.conf").chmod(0o644)
    with pytest.raises(RecoveryFailed, match="passphrase"):
        archived.repository(include=other).backups()
    (other / "secrets.conf").unlink()
    with pytest.raises(RecoveryFailed, match="is missing"):
        archived.repository(include=other).backups()


def test_a_stanza_that_is_not_there_is_told_as_that(archived: Archived) -> None:
    with pytest.raises(RecoveryFailed, match="no such stanza"):
        archived.repository(stanza="another").backups()


def test_a_backup_that_is_gone_is_told_as_that(
    archived: Archived, backups: list[BaseBackup]
) -> None:
    other = backups[0].__class__(
        **{name: getattr(backups[0], name) for name in backups[0].__slots__}
        | {"label": "20200101-000000F"}
    )
    with pytest.raises(RecoveryFailed, match="not in the repository"):
        archived.repository().lay_out(other, empty(archived, "of-a-gone-one"))


def test_a_file_that_was_damaged_is_found(
    archived: Archived, backups: list[BaseBackup]
) -> None:
    folder = archived.folder / "repository" / "backup" / "ironclad" / backups[0].label
    files = [path for path in folder.rglob("*") if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    whole = largest.read_bytes()
    try:
        with largest.open("r+b") as file:
            file.seek(len(whole) // 2)
            file.write(b"damage")
        problems = archived.repository().verify(backups[0])
    finally:
        largest.write_bytes(whole)
    assert problems == [f"backup {backups[0].label}: 1 checksum invalid"], largest


def test_a_segment_that_is_gone_is_named(archived: Archived) -> None:
    archive = archived.repository().archive()
    assert archive is not None
    middle = archive.first[:-1] + f"{int(archive.first[-1], 16) + 1:X}"
    (file,) = (archived.folder / "repository").rglob(f"{middle}-*")
    aside = archived.folder / file.name
    shutil.move(file, aside)
    try:
        found = archived.repository().archive()
        assert found is not None
        assert found.missing == (middle,)
    finally:
        shutil.move(aside, file)


def test_a_page_that_is_bad_in_the_database_is_told(archived: Archived) -> None:
    archived.ask("CREATE TABLE bad AS SELECT generate_series(1, 2000) AS n; CHECKPOINT")
    path = archived.ask("SELECT pg_relation_filepath('bad')")
    file = archived.folder / "data" / path
    whole = file.read_bytes()
    try:
        with file.open("r+b") as page:
            page.seek(8192 + 4000)
            page.write(b"damage")
        told = archived.pgbackrest("backup", "--type=diff").stderr
    finally:
        file.write_bytes(whole)
    assert re.search(rf"invalid page checksum found in file .*/{path} at page 1", told)
    newest = archived.repository().backups()[-1]
    (problem,) = archived.repository().verify(newest)
    assert "pages were bad" in problem
    archived.ask("DROP TABLE bad")


def test_a_backup_s_pod_copies_by_way_of_the_server_and_tells(
    archived: Archived,
) -> None:
    """With the script of the CronJobs, the server beside PostgreSQL, and both certificates."""
    report = empty(archived, "report")
    with served(archived) as variables:
        done = archived.script("backup.sh", "diff", REPORT=str(report), **variables)
        assert done.returncode == 0, done.stderr
        alive = archived.script("alive.sh", **variables)
        assert alive.returncode == 0, alive.stderr
    assert not list(report.glob("failure-*")), done.stderr
    info = Info((report / "info.json").read_text(), "ironclad")
    assert [each.kind for each in info.backups(1)][-1] == "diff"
    files = listed((report / "archive-1.json").read_text())
    archive = archive_of(files, "00000001")
    assert archive is not None
    assert archive.missing == ()
    used, free = map(int, (report / "space-1.txt").read_text().split())
    assert used > 0 < free


def test_who_has_another_certificate_is_refused_and_that_is_told(
    archived: Archived, secrets: dict[str, dict[str, str]]
) -> None:
    """Of the same authority, even: the server knows the client by its name."""
    report = empty(archived, "report-of-a-stranger")
    client = archived.folder / "client"
    own = {key: (client / key).read_text() for key in ("tls.crt", "tls.key")}
    try:
        for key in own:
            (client / key).write_text(secrets["redis-tls"][key])
        with served(archived) as variables:
            done = archived.script("backup.sh", "diff", REPORT=str(report), **variables)
    finally:
        for key, value in own.items():
            (client / key).write_text(value)
    assert done.returncode == 0, "the report is to be read, and fails"
    assert "ERROR" in (report / "failure-1.txt").read_text()


def test_a_full_repository_stops_no_commit_and_is_caught_up_with(
    archived: Archived,
) -> None:
    """Its file system has no byte left; when it has again, what waited is archived."""
    with _full(archived):
        keep(archived, "while-full")
        waiting = archived.ask("SELECT pg_walfile_name(pg_switch_wal())")
        failed = "SELECT failed_count FROM pg_stat_archiver"
        until(lambda: int(archived.ask(failed)) > 0, 30, "archiving fails")
        keep(archived, "and goes on")
        done = archived.pgbackrest("backup", "--type=diff", "--no-archive-check")
        assert "is full" in str(failure("here", done.stderr)), done.stderr
    query = "SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver"
    until(lambda: archived.ask(query) >= waiting, 90, "what waited is archived")


@contextmanager
def _full(archived: Archived) -> Iterator[None]:
    """Over the repository another one of the stanza, without a byte of room."""
    repository = archived.folder / "repository"
    infos = {
        path.relative_to(repository): path.read_bytes()
        for path in repository.glob("*/ironclad/*.info*")
    }
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(repository)]
    subprocess.run(mount, check=True)
    try:
        for path, content in infos.items():
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).write_bytes(content)
        with suppress(OSError), (repository / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        owner = archived.postgres.owner
        for path in (repository, *repository.rglob("*")):
            give(path, owner)
        yield
    finally:
        subprocess.run(["umount", repository], check=True)

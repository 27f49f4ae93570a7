"""Backups held to their source on a real PostgreSQL 15: good ones, and each kind of bad one."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from ironclad.embedded.home import CHECKOUT
from ironclad.recovery.checking import Running
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.repository import Archive, Repository
from ironclad.recovery.target import LATEST, Target
from ironclad.recovery.trial import on_trial
from sre_console.recovery import validation
from sre_console.recovery.recording import Restored
from sre_console.recovery.restored_smoke import smoke
from sre_console.recovery.scratch import scratch_folder
from sre_console.recovery.tables import tables
from sre_console.recovery.validation import Restoring, Smoke, Validation
from tests.acceptance.harness.processes import Setup
from tests.stack.plain_archive import Plain, Source, archived
from tests.stack.recovering import restoring

pytestmark = [
    pytest.mark.stack,
    pytest.mark.patient,
    pytest.mark.recovery,
    pytest.mark.timeout(400),
]
PAGE = 8192
HOUR = 3600.0
APP = "ironclad_app"


@dataclass
class Stage:
    """A source with one backup and rows that came after it."""

    folder: Path
    source: Source
    url: str

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        return self.source.ask(statement, "ironclad")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with (
        tempfile.TemporaryDirectory(prefix="ironclad-validated-") as name,
        archived(Path(name)) as source,
    ):
        source.ask("CREATE DATABASE ironclad")
        postgres = source.postgres
        url = postgres.url("postgres", postgres.password, "ironclad")
        made = Stage(Path(name), source, url)
        setup = Setup(url, Path(name), more={"AUDIT_KEY": settings.AUDIT_KEY})
        setup.manage("prepare")
        made.ask(f"ALTER ROLE {APP} PASSWORD 'only-for-tests'")
        made.ask("CREATE TABLE bruised (n int PRIMARY KEY, words text)")
        made.ask(
            "INSERT INTO bruised SELECT n, 'word ' || n FROM generate_series(1, 999) n"
        )
        source.back_up()
        made.ask(
            "INSERT INTO users (name, email) SELECT n, n || '@x' FROM generate_series(1, 50) n"
        )
        setup.manage("no_faults", "pull", "--reason", "an entry of the audit log")
        yield made


def validated(
    stage: Stage,
    *,
    restore: Restoring = restoring,
    look: Smoke = lambda _cluster, _within: [],
    source: str | None = None,
) -> Restored:
    with scratch_folder(stage.folder / "scratch", size=1) as into:
        done = Validation(
            repository=stage.source.repository, restoring=restore, smoke=look, into=into,
            tables=tables(), source=source or stage.url, database="ironclad",
            say=lambda _line: None, within=200.0,
        ).run()  # fmt: skip
        folder = into
    assert not folder.exists()
    return done


def failed(done: Restored) -> set[str]:
    return {str(check["name"]) for check in done.checks if not check["passed"]}


def bruised(stage: Stage, relation: str, at: int, what: bytes) -> Restoring:
    """A restore after which those bytes of that file are others."""
    (path,) = stage.ask(f"SELECT pg_relation_filepath('{relation}')")[0]

    def damage(data: Path) -> None:
        with (data / str(path)).open("r+b") as file:
            file.seek(at)
            file.write(what)

    return partial(restoring, damage=damage)


def changed(statement: str) -> Restoring:
    """A restore that lacks something."""

    @contextmanager
    def restore(
        repository: Repository, target: Target, into: Path
    ) -> Iterator[Running]:
        with restoring(repository, target, into) as running:
            with running.cluster.connect("ironclad") as connection:
                connection.execute(statement.encode())
            yield running

    return restore


def test_a_good_backup_passes_all_of_it(stage: Stage) -> None:
    done = validated(
        stage,
        restore=partial(on_trial, say=lambda _line: None),
        look=partial(smoke, database="ironclad"),
    )
    assert done.reason == ""
    assert failed(done) == set()
    told = {check["name"]: check["told"] for check in done.checks}
    assert "at the very point restored to" in told["rows"]
    assert told["users are read"] == "50 users, by the ORM and by /api/users"
    assert told["audit chain"] in {f"{n} entries, unbroken" for n in (1, 2, 3)}
    assert done.target.startswith("ironclad-validation-")
    assert done.counts["users"]["restored"]["rows"] == 50
    assert done.lost_seconds == 0
    assert done.reached_at is not None
    assert (done.size or 0) > 20_000_000
    assert done.recovery_seconds is not None


def test_a_row_that_is_missing_or_another_is_noticed(stage: Stage) -> None:
    lacking = changed(
        "DELETE FROM users WHERE email = '7@x';"
        "UPDATE no_faults SET reason = 'another';"
        "DROP TABLE incident_event"
    )
    done = validated(stage, restore=lacking)
    assert failed(done) == {"rows"}
    assert "users: 49 rows instead of 50" in done.reason
    assert "no_faults: the same number of rows, but others are in it" in done.reason
    assert "incident_event: the table is missing" in done.reason


def test_a_source_that_names_no_points_is_compared_with_a_margin(stage: Stage) -> None:
    as_app = stage.source.postgres.url(APP, "only-for-tests", "ironclad")
    stage.ask(
        "INSERT INTO access_review (at, reviewer, note, digest, counts)"
        " VALUES (now() - interval '1 hour', 'a', '', '', '{}')"
    )
    stage.ask("SELECT pg_switch_wal()")
    lacking = changed("DELETE FROM access_review")
    done = validated(stage, source=as_app, restore=lacking)
    assert {each["how"] for each in done.counts.values()} == {"near"}
    # All others passed: what came to the source since is not held against it.
    assert done.reason == "rows: access_review: 1 rows are missing"


def test_a_page_that_cannot_be_read_is_found(stage: Stage) -> None:
    done = validated(stage, restore=bruised(stage, "bruised", PAGE + 12, b"\xff" * 8))
    assert failed(done) == {"every row read", "tables and indexes"}
    assert "invalid page in block 1" in done.reason


def test_an_index_that_is_out_of_order_is_found(stage: Stage) -> None:
    # The key of the first leaf's first item: before the high key and 16 bytes at the end.
    key = PAGE + PAGE - 16 - 2 * 16 + 8
    broken = bruised(stage, "bruised_pkey", key, b"\xff\xff\xff\x7f")
    done = validated(stage, restore=broken)
    assert failed(done) == {"tables and indexes"}
    assert "bruised_pkey" in done.reason


def not_restored(
    _repository: Repository, _target: Target, _into: Path
) -> AbstractContextManager[Running]:
    raise RecoveryFailed("not asked about here")


def test_a_stored_file_that_is_not_as_it_was_is_found(stage: Stage) -> None:
    repository = stage.source.repository
    file = repository.folder / repository.made[0].label / "PG_VERSION"
    file.write_text("15 \n")
    try:
        done = validated(stage, restore=not_restored)
    finally:
        file.write_text("15\n")
    (found,) = [check for check in done.checks if not check["passed"]]
    assert found["name"] == "stored files"
    assert "PG_VERSION" in found["told"]
    assert "not asked about here" in done.reason


def test_wal_that_does_not_arrive_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "_ARCHIVED_WITHIN", 0.3)
    old = Archive("0" * 24, "0" * 24)
    monkeypatch.setattr(Plain, "archive", lambda _self: old)
    asked: list[Target] = []

    def restore(
        repository: Repository, target: Target, into: Path
    ) -> AbstractContextManager[Running]:
        asked.append(target)
        return not_restored(repository, target, into)

    done = validated(stage, restore=restore)
    assert failed(done) == {"archiving"}
    assert asked == [LATEST]  # it is restored all the same


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with (
        scratch_folder(tmp_path / "place", size=1),
        pytest.raises(RecoveryFailed, match="another validation works"),
        scratch_folder(tmp_path / "place", size=1),
    ):
        pass


_WAITS = """
import sys, time
from pathlib import Path
from tests.stack.plain_archive import archived
from sre_console.recovery.scratch import scratch_folder, stopped_in_order
with stopped_in_order(float(sys.argv[2])), scratch_folder(Path(sys.argv[1]), size=1) as into:
    with archived(into) as source:
        print("runs", flush=True)
        time.sleep(3600)
"""


@contextmanager
def waiting(place: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A validation that has its scratch cluster, and waits."""
    program = "import django; django.setup()\n" + _WAITS
    with subprocess.Popen(
        [sys.executable, "-c", program, str(place), str(seconds)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        try:
            assert child.stdout is not None
            if seconds >= HOUR:
                assert child.stdout.readline() == "runs\n"
            yield child
        finally:
            child.kill()


def left(place: Path) -> list[str]:
    return [each.name for each in place.iterdir() if each.name != "validation.lock"]


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ironclad-place-") as name:
        yield Path(name) / "place"


def test_a_stop_takes_the_scratch_cluster_away(place: Path) -> None:
    with waiting(place, HOUR) as child:
        child.send_signal(signal.SIGTERM)
        assert child.wait(90) == 128 + signal.SIGTERM
    assert left(place) == []


def test_what_a_kill_left_is_cleared_by_the_next(place: Path) -> None:
    with waiting(place, HOUR) as child:
        child.kill()
    assert len(left(place)) == 1
    with scratch_folder(place, size=1) as into:
        assert left(place) == [into.name]
    assert left(place) == []


def test_the_end_of_its_time_ends_it(place: Path) -> None:
    with waiting(place, 0.5) as child:
        assert child.wait(90) == 1
    assert left(place) == []

"""Restores of a small PostgreSQL 15: to the very point, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ironclad.embedded.account import account, give, open_way
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.plan import Wish
from ironclad.recovery.promotion import promote
from ironclad.recovery.repository import BaseBackup
from ironclad.recovery.restore import (
    RestoreResult,
    TargetNotReached,
    carry_out,
    restore,
)
from ironclad.recovery.side_schema import Aside, check, put_aside, to_put_back
from ironclad.recovery.state import read
from ironclad.recovery.target import LATEST, Target, at_name
from tests.stack.restoring import PlainRepository, Source, source

pytestmark = [
    pytest.mark.stack,
    pytest.mark.patient,
    pytest.mark.recovery,
    pytest.mark.timeout(400),
]


@dataclass
class Story:
    """One backup, and one row a segment after it; moments lie between the rows."""

    source: Source
    backup: BaseBackup
    before: datetime
    segments: list[str]  # of "before", "named" and "last", in this order

    @property
    def repository(self) -> PlainRepository:
        return self.source.repository

    def copy(self, to: Path) -> PlainRepository:
        """A repository that a test may break."""
        shutil.copytree(self.repository.root, to)
        copied = PlainRepository(to)
        copied.made = list(self.repository.made)
        for each in copied.wal.iterdir():
            give(each, account())
        open_way(copied.wal / "segment", account())
        return copied


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with source() as here:
        here.ask("CREATE ROLE keeper LOGIN")
        here.ask("CREATE TABLE noted (id int PRIMARY KEY, what text NOT NULL)")
        here.ask("ALTER TABLE noted OWNER TO keeper")
        here.ask("INSERT INTO noted SELECT n, 'kept' FROM generate_series(1, 500) n")
        backup = here.back_up("one")
        here.ask("INSERT INTO noted VALUES (1001, 'before')")
        before = here.now()
        segments = [here.archive()]
        here.ask("INSERT INTO noted VALUES (1002, 'named')")
        here.ask("SELECT pg_create_restore_point('before-the-migration')")
        segments.append(here.archive())
        here.ask("INSERT INTO noted VALUES (1003, 'last')")
        segments.append(here.archive())
        yield Story(here, backup, before, segments)


Restore = Callable[..., RestoreResult]


@pytest.fixture
def to(story: Story, tmp_path: Path) -> Restore:
    def run(target: Target, repository: PlainRepository | None = None) -> RestoreResult:
        return restore(
            repository or story.repository, target, tmp_path / "new",
            binaries=story.source.postgres.binaries, say=print,
        )  # fmt: skip

    return run


def rows(restored: RestoreResult) -> list[str]:
    with restored.running() as postgres, postgres.connect() as connection:
        found = connection.execute("SELECT what FROM noted WHERE id > 500 ORDER BY id")
        return [what for (what,) in found]


def test_all_before_the_moment_is_there_and_nothing_after_it(
    story: Story, to: Restore
) -> None:
    restored = to(Target("time", story.before))
    assert rows(restored) == ["before"]
    assert restored.label == "one"
    assert restored.reached_at is not None
    assert restored.reached_at < story.before
    assert restored.wal > 0
    assert {check.name for check in restored.checks} == {
        "pg_verifybackup",
        "pg_checksums",
    }
    assert read(restored.folder).stage == "restored"
    _rows_are_laid_beside_the_live_ones(story, restored)


def _rows_are_laid_beside_the_live_ones(story: Story, restored: RestoreResult) -> None:
    live = story.source.connection
    live.execute("UPDATE noted SET what = 'spoilt' WHERE id = 1001")
    live.execute("DELETE FROM noted WHERE id = 500")
    check(live, "restored_noted", "id >= 500")

    with restored.running() as copy:

        def put(where: str, schema: str, table: str = "noted") -> Aside:
            return put_aside(
                copy, live, database="postgres", words=table, where=where,
                schema=schema, from_what="as of then",
            )  # fmt: skip

        aside = put("id >= 500 OR what = 'a;b'", "restored_noted")
        with pytest.raises(RecoveryFailed, match="no table public"):
            put("", "restored_nothing", "nothing")
        with pytest.raises(RecoveryFailed, match=r"refused: .*nope"):
            put("nope = 1", "restored_nope")
        with pytest.raises(RecoveryFailed, match="refused: permission denied"):
            put("pg_read_file('PG_VERSION') <> ''", "restored_read")
    assert aside.rows == 2
    found = live.execute("SELECT id, what FROM restored_noted.noted ORDER BY id")
    assert found.fetchall() == [(500, "kept"), (1001, "before")]
    with pytest.raises(RecoveryFailed, match="is there already"):
        check(live, "restored_noted", "")
    live.execute(to_put_back(live, aside).encode())
    found = live.execute("SELECT what FROM noted WHERE id IN (500, 1001) ORDER BY id")
    assert [what for (what,) in found] == ["kept", "before"]


def test_it_goes_to_a_point_that_was_named_and_is_promoted_once(
    story: Story, to: Restore
) -> None:
    restored = to(at_name("before-the-migration"))
    binaries = restored.binaries
    assert rows(restored) == ["before", "named"]
    assert promote(restored.folder, binaries=binaries, say=print).timeline == 2
    with pytest.raises(RecoveryFailed, match="promoted already"):
        promote(restored.folder, binaries=binaries, say=print)
    with pytest.raises(RecoveryFailed, match="is promoted"), restored.running():
        pass
    # Its own WAL went nowhere near the source's.
    assert not list(story.repository.wal.glob("00000002*"))


def test_the_newest_takes_a_segment_that_is_not_full(
    story: Story, to: Restore, tmp_path: Path
) -> None:
    copied = story.copy(tmp_path / "broken")
    last = copied.wal / story.segments[-1]
    last.rename(last.with_name(f"{last.name}.partial"))
    assert rows(to(LATEST, copied)) == ["before", "named", "last"]


def test_a_moment_that_the_wal_does_not_come_to_is_told(
    story: Story, to: Restore, tmp_path: Path
) -> None:
    target = Target("time", story.source.now() - timedelta(milliseconds=1))
    with pytest.raises(TargetNotReached, match="the WAL ends before it; it came to"):
        to(target)
    state = read(tmp_path / "new")
    assert state.stage == "short"
    assert state.reached_at
    binaries = story.source.postgres.binaries
    with pytest.raises(RecoveryFailed, match="is not what was asked for"):
        promote(tmp_path / "new", binaries=binaries, say=print)
    done = promote(tmp_path / "new", binaries=binaries, say=print, short=True)
    assert done.timeline == 2


def test_a_missing_segment_is_named(story: Story, to: Restore, tmp_path: Path) -> None:
    copied = story.copy(tmp_path / "broken")
    (copied.wal / story.segments[1]).unlink()
    with pytest.raises(RecoveryFailed, match=f"{story.segments[1]} is missing"):
        to(at_name("before-the-migration"), copied)
    assert read(tmp_path / "new").stage == "short"


def test_a_broken_block_in_the_backup_is_found(
    story: Story, to: Restore, tmp_path: Path
) -> None:
    copied = story.copy(tmp_path / "broken")
    flip(copied.root / "one", story)
    with pytest.raises(RecoveryFailed, match=r"pg_verifybackup says: .*checksum"):
        to(LATEST, copied)
    assert read(tmp_path / "new").stage == "refused"


def test_a_block_that_breaks_on_the_way_is_found(
    story: Story, to: Restore, tmp_path: Path
) -> None:
    copied = story.copy(tmp_path / "broken")
    (copied.root / "one" / "backup_manifest").unlink()
    flip(copied.root / "one", story)
    with pytest.raises(RecoveryFailed, match=r"pg_checksums says: .*checksum"):
        to(Target("time", story.before), copied)
    assert read(tmp_path / "new").stage == "refused"


def flip(data: Path, story: Story) -> None:
    """Bytes of the table's first page, which the WAL writes nothing to."""
    [[path]] = story.source.ask("SELECT pg_relation_filepath('noted')")
    with (data / str(path)).open("r+b") as file:
        file.seek(8000)
        file.write(b"no more")


def test_two_at_once_into_one_folder_are_refused(
    story: Story, to: Restore, tmp_path: Path
) -> None:
    class Meanwhile(PlainRepository):
        def lay_out(self, backup: BaseBackup, into: Path) -> None:
            del backup, into
            to(LATEST)

    slow = Meanwhile(story.repository.root)
    slow.made = story.repository.made
    with pytest.raises(RecoveryFailed, match="another restore"):
        to(LATEST, slow)
    assert read(tmp_path / "new").stage == "unfinished"
    with pytest.raises(RecoveryFailed, match="cut off or failed"):
        promote(
            tmp_path / "new", binaries=story.source.postgres.binaries, say=print
        )  # fmt: skip


def test_a_restore_over_a_folder_is_refused(
    story: Story, to: Restore, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").touch()
    with pytest.raises(RecoveryFailed, match="with files in it"):
        to(LATEST)
    live = story.source.postgres.data
    wish = Wish(LATEST, live / "new")
    with pytest.raises(RecoveryFailed, match="or inside it"):
        carry_out(
            story.repository, wish, say=print,
            binaries=story.source.postgres.binaries,
        )  # fmt: skip

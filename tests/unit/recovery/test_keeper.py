"""What keeps backups up to date: when it receives, when it backs up, when it waits."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ironclad.recovery import keeper as keeping
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository
from ironclad.recovery.keeper import Keeper
from ironclad.recovery.keeping import Policy


@dataclass
class Told:
    """Stands for the WAL receiver and for a base backup's process."""

    program: Any = None
    why: str | None = None
    refuses: bool = False
    starts: int = 0
    code: int | None = None

    def start(self) -> None:
        self.starts += 1
        if self.refuses:
            raise RecoveryFailed("the database does not answer")
        self.program, self.why = object(), None

    def stop(self) -> None:
        self.program = None

    def complaint(self) -> str | None:
        return self.why if self.program else None

    def pack(self) -> int:
        return 0

    def poll(self) -> int | None:
        return self.code


@dataclass
class Stage:
    folder: Path
    receiver: Told = field(default_factory=Told)
    made: list[Told] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    now: float = 100.0

    def __post_init__(self) -> None:
        self.keeper = Keeper(
            FolderRepository(self.folder), self.receiver, Policy(), self._backup,  # type: ignore[arg-type]
            self.said.append, lambda: self.now,
        )  # fmt: skip

    def _backup(self) -> subprocess.Popen[bytes]:
        self.made.append(Told())
        return self.made[-1]  # type: ignore[return-value]

    def passes(self, seconds: float) -> None:
        """So many beats of a second."""
        for _ in range(int(seconds)):
            self.now += 1
            self.keeper.beat()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "backups")


def test_it_receives_first_and_then_makes_the_first_backup(stage: Stage) -> None:
    stage.passes(10)
    assert stage.said == ["WAL is received"]
    stage.passes(15)
    assert stage.said[1:] == ["a backup is made: there is none yet"]
    stage.passes(100)  # it is running
    assert len(stage.made) == 1


def test_a_backup_that_failed_is_tried_again_later(stage: Stage) -> None:
    stage.passes(25)
    stage.made[0].code = 1
    stage.passes(590)
    assert len(stage.made) == 1
    stage.passes(20)
    assert len(stage.made) == 2


def test_a_receiver_that_ended_is_started_again_after_a_growing_pause(
    stage: Stage,
) -> None:
    stage.passes(1)
    stage.receiver.why, stage.receiver.refuses = "disconnected", True
    stage.passes(1)
    assert stage.said[-1] == "WAL is received no more: disconnected"
    stage.passes(60)
    assert 3 <= stage.receiver.starts <= 7
    assert stage.said[-1] == "the database does not answer"
    stage.receiver.refuses = False
    stage.passes(30)
    assert "WAL is received" in stage.said[-2:]


def test_a_nearly_full_disk_is_left_to_the_database(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.passes(1)
    monkeypatch.setattr(FolderRepository, "free", lambda _self: keeping.SPACE - 1)
    stage.passes(5)
    assert stage.receiver.program is None
    assert stage.said[1:] == ["less than 300 MB are free: nothing is kept"]
    monkeypatch.undo()
    stage.passes(1)
    assert stage.said[-1] == "WAL is received"

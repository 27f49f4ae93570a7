from __future__ import annotations

from pathlib import Path

from ironclad.embedded.binaries import Binaries
from ironclad.embedded.postgres import Postgres
from ironclad.recovery.soundness import of_files


def postgres(folder: Path, words: str) -> Postgres:
    program = folder / "pg_verifybackup"
    program.write_text(f"#!/bin/sh\n{words}\n")
    program.chmod(0o755)
    (folder / "backup_manifest").touch()
    return Postgres(Binaries(18, folder), folder, folder, folder, password="")


def test_one_that_does_not_even_tell_its_version_judges_no_backup(
    tmp_path: Path,
) -> None:
    assert list(of_files(postgres(tmp_path, "kill -SEGV $$"))) == []


def test_one_that_runs_does(tmp_path: Path) -> None:
    fails = '[ "$1" = --version ] || { echo "error: bad"; exit 1; }'
    (check,) = of_files(postgres(tmp_path, fails))
    assert (check.passed, check.told) == (False, "error: bad")

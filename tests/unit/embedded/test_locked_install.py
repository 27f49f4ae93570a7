"""What pip does with the options that every installation of ours has."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ironclad.embedded.packages import LOCKED

NAME = "till-1.0-py3-none-any.whl"
METADATA = "Metadata-Version: 2.1\nName: till\nVersion: 1.0\nRequires-Dist: drawer\n"
WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def digest(tmp_path: Path) -> str:
    """Of a package that asks for another one, which nobody has locked."""
    path = tmp_path / "files" / NAME
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("till.py", "")
        wheel.writestr("till-1.0.dist-info/METADATA", METADATA)
        wheel.writestr("till-1.0.dist-info/WHEEL", WHEEL)
        wheel.writestr("till-1.0.dist-info/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def install(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    (folder / "requirements.txt").write_text(line + "\n")
    command = [sys.executable, "-m", "pip", "--isolated", "install", *LOCKED]
    where = ["--no-index", "--find-links", "files", "--target", "installed"]
    how = ["--no-compile", "-r", "requirements.txt"]
    return subprocess.run(
        [*command, *where, *how],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_file_of_the_lock_is_installed_and_nothing_beside_it(
    tmp_path: Path, digest: str
) -> None:
    done = install(tmp_path, f"till==1.0 --hash=sha256:{digest}")
    assert done.returncode == 0, done.stderr
    installed = {path.name for path in (tmp_path / "installed").iterdir()}
    assert installed == {"till.py", "till-1.0.dist-info"}


def test_another_file_under_that_version_is_refused(
    tmp_path: Path, digest: str
) -> None:
    done = install(tmp_path, f"till==1.0 --hash=sha256:{digest[::-1]}")
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert install(tmp_path, "till==1.0").returncode == 1  # without any
    assert not (tmp_path / "installed").exists()

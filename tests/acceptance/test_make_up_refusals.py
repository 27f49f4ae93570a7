"""A start that cannot go on says what happened and what to do, and leaves nothing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ironclad.embedded import processes
from tests.acceptance.harness.processes import CHECKOUT, free_port
from tests.acceptance.harness.up import attempt, environment, two_lines

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ironclad-up-"))  # short: it holds a socket
    folder.chmod(0o711)  # as people's folders are
    yield folder / "home"
    shutil.rmtree(folder)


def test_a_taken_port(home: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        what, remedy = two_lines(attempt(home, port))
    assert f"port {port} is taken" in what
    assert f"make up PORT={port + 1}" in remedy


def test_a_folder_that_is_a_file(home: Path) -> None:
    home.write_text("in the way", encoding="utf-8")
    what, _ = two_lines(attempt(home, free_port()))
    assert f"cannot make the folder {home}" in what


def test_a_setting_that_is_nonsense(home: Path) -> None:
    done = attempt(home, free_port(), LOG_LEVEL="LOUD")
    what, _ = two_lines(done)
    assert "LOG_LEVEL must be one of" in what
    data = (home / "postgres").resolve()
    assert not list(processes.working_in(data, "postgres"))


def test_a_database_of_ones_own_that_is_away(home: Path) -> None:
    away = "postgresql://nobody:x@127.0.0.1:1/nothing"
    what, _ = two_lines(attempt(home, free_port(), DATABASE_URL=away))
    assert "x@" not in what


def test_damaged_secrets(home: Path) -> None:
    home.mkdir()
    (home / "secrets.json").write_text("{", encoding="utf-8")
    what, remedy = two_lines(attempt(home, free_port()))
    assert "secrets.json" in what
    assert "delete it" in remedy


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a new person has: the files in git, and nothing that was built."""
    command = ["git", "clone", "--quiet", str(CHECKOUT), str(tmp_path / "clone")]
    subprocess.run(command, check=True)
    return tmp_path / "clone"


def test_a_package_index_out_of_reach(clone: Path, home: Path) -> None:
    nowhere = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(clone / "docs"),
    }
    done = subprocess.run(
        ["python3", "-m", "ironclad.embedded.bootstrap", "up"],
        env=environment(home, free_port(), **nowhere),
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )
    what, remedy = two_lines(done)
    assert "Python packages could not be installed" in what
    assert "package index" in remedy


def test_a_python_that_is_too_old(clone: Path) -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2);"
        "runpy.run_module('ironclad.embedded.bootstrap', run_name='__main__')"
    )
    done = subprocess.run(
        ["python3", "-c", code], cwd=clone, capture_output=True, text=True, check=False
    )
    what, remedy = two_lines(done)
    assert "needs Python 3.11 or newer" in what
    assert "PYTHON=" in remedy

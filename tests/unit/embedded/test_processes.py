from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ironclad.embedded import processes
from ironclad.embedded.processes import Identity

STOP = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        yield process
        process.kill()


def identity(process: subprocess.Popen[bytes]) -> Identity:
    who = processes.identify(process.pid)
    assert who is not None
    return who


def test_a_living_process_is_known_by_number_and_start() -> None:
    assert processes.identify(os.getpid()) == processes.identify(os.getpid())


def test_another_program_with_the_same_number_is_another() -> None:
    mine = processes.identify(os.getpid())
    assert mine is not None
    assert not processes.alive(Identity(mine.pid, "1"))


def test_there_is_no_process_behind_a_free_number() -> None:
    assert processes.identify(2**22 + 1) is None


def test_a_process_is_stopped(sleeper: subprocess.Popen[bytes]) -> None:
    assert processes.stop(identity(sleeper), steps=STOP)
    assert sleeper.wait(1) == -signal.SIGTERM


def test_a_process_that_is_held_is_woken_and_stopped(
    sleeper: subprocess.Popen[bytes],
) -> None:
    who = identity(sleeper)
    os.kill(who.pid, signal.SIGSTOP)
    assert processes.stop(who, steps=STOP)
    assert sleeper.wait(1) == -signal.SIGTERM


def test_a_stranger_is_never_signalled(sleeper: subprocess.Popen[bytes]) -> None:
    assert processes.stop(Identity(sleeper.pid, "1"), steps=STOP)
    assert sleeper.poll() is None


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_the_processes_of_a_folder_are_found(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    program = Path(f"/proc/{sleeper.pid}/exe").readlink().name
    found = list(processes.working_in(tmp_path.resolve(), program))
    assert found == [identity(sleeper)]
    assert list(processes.working_in(tmp_path.resolve(), "postgres")) == []

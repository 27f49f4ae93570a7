"""`make reload` finds the supervisor of the instance that runs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home
from ironclad.embedded.reload import reload
from ironclad.embedded.supervisor import Record

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    # whoever runs the tests with nohup has it ignored by all their children
    ours = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with subprocess.Popen(SLEEPS) as started:
        signal.signal(signal.SIGHUP, ours)
        yield started
        started.kill()


def _home(folder: Path, pid: int | None, serving: int) -> Home:
    place = Home(folder)
    Record(place.processes, 3000, serving).note("server", pid)
    return place


def test_the_supervisor_is_told(
    tmp_path: Path, server: subprocess.Popen[bytes]
) -> None:
    assert reload(_home(tmp_path, server.pid, 2)) == 2
    assert server.wait(10) == -signal.SIGHUP


def test_one_process_alone_is_left_in_peace(
    tmp_path: Path, server: subprocess.Popen[bytes]
) -> None:
    with pytest.raises(StartError, match="nobody could take over") as raised:
        reload(_home(tmp_path, server.pid, 1))
    assert "WEB_PROCESSES=2" in raised.value.remedy
    assert server.poll() is None


def test_without_a_server_it_says_so(
    tmp_path: Path, server: subprocess.Popen[bytes]
) -> None:
    with pytest.raises(StartError, match="no server runs"):
        reload(Home(tmp_path))
    place = _home(tmp_path, server.pid, 2)
    server.kill()
    server.wait()
    with pytest.raises(StartError, match="no server runs"):
        reload(place)

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ironclad.embedded import processes
from ironclad.embedded.supervisor import Child, Record


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def child(code: str, clock: FakeClock) -> Child:
    return Child("server", [sys.executable, "-c", code], os.environ, clock)


def end(one: Child) -> str | None:
    assert one.process is not None
    one.process.wait(10)
    return one.tend()


def test_a_running_child_is_left_alone(clock: FakeClock) -> None:
    one = child("import signal; signal.pause()", clock)
    one.start()
    assert one.tend() is None
    one.stop()


def test_an_ended_child_is_told_and_started_again_after_the_pause(
    clock: FakeClock,
) -> None:
    one = child("raise SystemExit(3)", clock)
    one.start()
    assert end(one) == "server ended (exit code 3); next start in 0.5 s"
    assert one.tend() is None
    clock.now += 0.5
    assert one.tend() == "server started again"
    one.stop()


def test_the_pause_doubles_up_to_half_a_minute(clock: FakeClock) -> None:
    one = child("pass", clock)
    one.start()
    pauses = []
    for _ in range(8):
        said = end(one)
        assert said is not None
        pauses.append(float(said.split()[-2]))
        clock.now += pauses[-1]
        one.tend()
    one.stop()
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_child_that_lived_for_a_minute_starts_from_the_short_pause(
    clock: FakeClock,
) -> None:
    one = child("pass", clock)
    one.start()
    end(one)
    clock.now += 0.5
    one.tend()
    clock.now += 61
    assert "next start in 0.5 s" in (end(one) or "")


def test_a_child_that_ignores_sigterm_is_stopped_all_the_same(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ironclad.embedded.supervisor.STOP", ((15, 0.2), (9, 5.0)))
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True)"
    one = child(f"{code}\nwhile True: time.sleep(1)", clock)
    one.start()
    process = one.process
    one.stop()
    assert process is not None
    assert process.poll() is not None


@pytest.fixture
def orphan() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    with subprocess.Popen(command) as process:
        yield process
        process.kill()


def test_what_a_killed_start_left_is_ended(
    tmp_path: Path, orphan: subprocess.Popen[bytes]
) -> None:
    Record(tmp_path / "processes.json", 3000).note("server", orphan.pid)
    again = Record(tmp_path / "processes.json", 3000)
    assert again.stop_leftovers() == ["server"]
    assert orphan.wait(5) != 0


def test_a_program_that_has_the_number_now_is_left_alone(
    tmp_path: Path, orphan: subprocess.Popen[bytes]
) -> None:
    path = tmp_path / "processes.json"
    entry = {"name": "server", "pid": orphan.pid, "started": "1"}
    path.write_text(json.dumps({"port": 1, "processes": [entry]}), encoding="utf-8")
    assert Record(path).stop_leftovers() == []
    assert processes.identify(orphan.pid) is not None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": 1}'])
def test_a_damaged_record_holds_nothing_up(tmp_path: Path, text: str) -> None:
    path = tmp_path / "processes.json"
    path.write_text(text, encoding="utf-8")
    assert Record(path).stop_leftovers() == []


def test_after_an_orderly_end_only_the_port_is_kept(tmp_path: Path) -> None:
    record = Record(tmp_path / "processes.json", 3000)
    record.note("server", os.getpid())
    record.close()
    held = json.loads(record.path.read_text(encoding="utf-8"))
    assert held == {"port": 3000, "serving": 1, "processes": []}

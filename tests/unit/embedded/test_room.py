from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from ironclad.embedded import room
from ironclad.embedded.failure import StartError


def test_the_port_is_3000_unless_named() -> None:
    assert room.port_of("") == 3000
    assert room.port_of(" 3001 ") == 3001


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "3000.5", "\u0663"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(StartError, match="PORT is"):
        room.port_of(text)


def test_a_taken_port_is_told_with_another_to_try() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port} is taken") as raised:
            room.check_port(port)
    assert f"PORT={port + 1}" in raised.value.remedy


def test_a_free_port_is_fine() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    room.check_port(port)


def test_a_full_disk_is_told_in_megabytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=12 * 1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(StartError, match="only 12 MB are free"):
        room.check_disk(tmp_path, megabytes=300)


def test_the_disk_of_a_folder_not_made_yet_is_its_parents(tmp_path: Path) -> None:
    room.check_disk(tmp_path / "not" / "yet", megabytes=1)


def test_one_process_serves_unless_told_otherwise() -> None:
    assert room.processes_of("") == 1
    assert room.processes_of(" 2 ") == 2


@pytest.mark.parametrize("text", ["0", "33", "-1", "two", "1.5"])
def test_a_number_of_processes_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(StartError, match="WEB_PROCESSES is") as raised:
        room.processes_of(text)
    assert "from 1 to 32" in raised.value.remedy

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ironclad.embedded.failure import StartError
from ironclad.embedded.lock import Lock


def test_a_second_instance_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.take()
    with pytest.raises(StartError, match=f"process {os.getpid()}"):
        second.take()


def test_a_released_lock_can_be_taken(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.take()
    first.release()
    second.take()


def test_the_number_of_an_earlier_holder_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text("99999999\n", encoding="utf-8")
    Lock(path).take()
    assert path.read_text(encoding="utf-8") == f"{os.getpid()}\n"

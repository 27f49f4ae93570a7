from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ironclad.embedded import credentials
from ironclad.embedded.failure import StartError


def test_each_secret_is_long_and_its_own(tmp_path: Path) -> None:
    held = credentials.complete(tmp_path / "secrets.json")
    assert set(held) == set(credentials.NAMES)
    assert len(set(held.values())) == len(held)
    assert min(map(len, held.values())) >= 43  # 256 bits in base 64


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    credentials.complete(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_start_finds_the_same_secrets(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    assert credentials.complete(path) == credentials.complete(path)


def test_a_missing_secret_is_made_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    before = credentials.complete(path)
    held = {name: value for name, value in before.items() if name != "SECRET_KEY"}
    path.write_text(json.dumps(held), encoding="utf-8")
    after = credentials.complete(path)
    assert after["SECRET_KEY"] != before["SECRET_KEY"]
    assert after["APP_PASSWORD"] == before["APP_PASSWORD"]


@pytest.mark.parametrize("text", ["{", "[]", "\x00"])
def test_a_damaged_file_stops_the_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StartError) as raised:
        credentials.complete(path)
    assert "delete it" in raised.value.remedy

"""What is brought from Debian for the tests, with apt-get left out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ironclad.embedded import tools
from ironclad.embedded.failure import StartError

Ran = Callable[..., bool]


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "policy-rc.d"
    monkeypatch.setattr(tools, "_POLICY", path)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", _only_apt)
    return path


def _only_apt(name: str, **_: object) -> str | None:
    return f"/usr/bin/{name}" if name == "apt-get" else None


def test_servers_of_the_stack_are_not_started_when_they_are_installed(
    policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    def ran(command: list[str], log: Path, **_: str) -> bool:
        seen.append((command[1], policy.exists() and os.access(policy, os.X_OK)))
        return True

    monkeypatch.setattr(tools, "_ran", ran)
    with pytest.raises(StartError, match="no prometheus here"):
        tools.bring_stack(tmp_path / "log")
    assert seen == [("update", False), ("install", True)]
    assert not policy.exists()


def test_a_policy_that_somebody_has_made_stays(
    policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy.write_text("theirs")
    monkeypatch.setattr(tools, "_ran", lambda *_, **__: True)
    with pytest.raises(StartError):
        tools.bring_stack(tmp_path / "log")
    assert policy.read_text() == "theirs"


def test_all_that_is_missing_is_named_in_the_line_to_run(
    policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "_ran", lambda *_, **__: False)
    with pytest.raises(StartError) as failure:
        tools.bring_stack(tmp_path / "log")
    assert "redis-server nginx-light bubblewrap pgbackrest" in str(
        failure.value.lines()
    )

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ironclad.embedded import sockets
from ironclad.embedded.failure import StartError


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "runtime"
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def deep(tmp_path: Path) -> Path:
    return tmp_path / ("d" * 100)


def test_a_short_home_holds_its_sockets() -> None:
    assert sockets.socket_path(Path("/srv/ironclad"), None) == Path("/srv/ironclad/run")


def test_a_deep_home_has_them_elsewhere(tmp_path: Path, runtime: Path) -> None:
    folder = sockets.socket_path(deep(tmp_path), None)
    assert folder.parent == runtime
    assert len(str(folder)) < len(str(deep(tmp_path)))


def test_the_longest_path_still_fits_the_kernel() -> None:
    longest = max(
        (Path("/" + "x" * length) for length in range(1, 120)),
        key=lambda root: len(str(sockets.socket_path(root, None))),
    )
    path = sockets.socket_path(longest, None) / ".s.PGSQL.5432.lock"
    assert len(os.fsencode(path)) == 107


def test_the_place_elsewhere_is_the_same_each_time(
    tmp_path: Path, runtime: Path
) -> None:
    assert sockets.socket_path(deep(tmp_path), None) == sockets.socket_path(
        deep(tmp_path), None
    )


def test_the_folder_is_private(tmp_path: Path, runtime: Path) -> None:
    folder = sockets.socket_folder(deep(tmp_path), None)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_that_somebody_put_there_is_refused(
    tmp_path: Path, runtime: Path
) -> None:
    target = tmp_path / "trap"
    target.mkdir()
    sockets.socket_path(deep(tmp_path), None).symlink_to(target)
    with pytest.raises(StartError, match="belongs to somebody else"):
        sockets.socket_folder(deep(tmp_path), None)

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from ironclad.embedded import browser_library
from ironclad.embedded.failure import StartError


def pack(place: Path, content: bytes) -> None:
    with tarfile.open(place / "uplot.tgz", "w:gz") as archive:
        for name in browser_library.FILES:
            entry = tarfile.TarInfo(f"package/dist/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def test_files_that_are_not_the_known_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ran(command: list[str], _environment: object, _out: int) -> bool:
        pack(Path(command[-1]), b"alert(1)")
        return True

    monkeypatch.setattr(browser_library, "_ran", ran)
    monkeypatch.setattr(
        browser_library, "_npm", lambda *_arguments: (["npm"], {"PATH": ""})
    )
    with pytest.raises(StartError, match="not the one we know"):
        browser_library.bring(tmp_path / "log", tmp_path / "vendor")


def test_an_unreachable_registry_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_library, "_ran", lambda *_arguments: False)
    monkeypatch.setattr(
        browser_library, "_npm", lambda *_arguments: (["npm"], {"PATH": ""})
    )
    with pytest.raises(StartError, match="npm could not get"):
        browser_library.bring(tmp_path / "log", tmp_path / "vendor")


def test_a_changed_file_counts_as_missing(tmp_path: Path) -> None:
    for name in browser_library.FILES:
        (tmp_path / name).write_text("changed", encoding="utf-8")
    assert browser_library.missing(tmp_path)

from __future__ import annotations

from pathlib import Path

from ironclad.embedded import packages


def test_a_changed_pin_in_an_included_file_is_noticed(tmp_path: Path) -> None:
    base, dev = tmp_path / "base.txt", tmp_path / "dev.txt"
    base.write_text("Django==5.2.19\n", encoding="utf-8")
    dev.write_text("-r base.txt\npytest==9.2.0\n", encoding="utf-8")
    before = packages._digest(dev)
    assert packages._digest(dev) == before
    base.write_text("Django==5.2.20\n", encoding="utf-8")
    assert packages._digest(dev) != before


def test_pips_own_reason_is_told(tmp_path: Path) -> None:
    log = tmp_path / "install.log"
    log.write_text("Looking…\nERROR: No matching distribution\n", encoding="utf-8")
    what, remedy = packages._reason(log)
    assert what.endswith("No matching distribution")
    assert "package index" in remedy


def test_a_full_disk_is_called_that(tmp_path: Path) -> None:
    log = tmp_path / "install.log"
    log.write_text("ERROR: [Errno 28] No space left on device\n", encoding="utf-8")
    assert packages._reason(log)[0] == "the disk is full"

"""`deploy/pipeline/scan.sh` passes nothing that it has not looked into."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Does what podman with the scanner in it would: writes the list, and judges at the end.
PODMAN = """#!/bin/sh
for word; do
  case $word in
    *:/reports) reports=${word%:/reports} ;;
    /reports/sbom.cdx.json) cp "$SBOM" "$reports/sbom.cdx.json" ;;
    --exit-code) exit "$VERDICT" ;;
  esac
done
"""


def scan(folder: Path, *, parts: int, verdict: int) -> subprocess.CompletedProcess[str]:
    programs = folder / "programs"
    programs.mkdir()
    (programs / "podman").write_text(PODMAN)
    (programs / "podman").chmod(0o755)
    (folder / "image.tar").touch()
    listed = ", ".join(["{}"] * parts)
    (folder / "sbom").write_text(f'{{"components": [{listed}]}}')
    return subprocess.run(
        [ROOT / "deploy/pipeline/scan.sh", "image.tar", "reports"],
        cwd=folder,
        env=os.environ
        | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "SBOM": str(folder / "sbom"),
            "VERDICT": str(verdict),
        },
        check=False,
        capture_output=True,
        text=True,
    )


def test_an_image_without_open_holes_passes(tmp_path: Path) -> None:
    done = scan(tmp_path, parts=120, verdict=0)
    assert (done.returncode, done.stderr) == (0, "")
    assert "120 parts" in done.stdout


def test_a_hole_that_could_be_closed_fails(tmp_path: Path) -> None:
    assert scan(tmp_path, parts=120, verdict=1).returncode == 1


@pytest.mark.parametrize("parts", [0, 49])
def test_a_scan_that_recognised_next_to_nothing_fails(
    tmp_path: Path, parts: int
) -> None:
    done = scan(tmp_path, parts=parts, verdict=0)
    assert done.returncode == 1
    assert f"only {parts} parts" in done.stderr

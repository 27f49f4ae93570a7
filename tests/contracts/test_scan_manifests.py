"""`deploy/pipeline/scan-manifests.sh` judges every overlay, and passes none that was not looked at."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OVERLAYS = sorted(p.name for p in (ROOT / "deploy/kubernetes/overlays").iterdir())
KUBECTL = """#!/bin/sh
echo "kind: List # $2"
"""
# Does what podman with the scanner in it would: reports, and judges at the end.
PODMAN = """#!/bin/sh
for word; do
  case $word in
    *:/reports) reports=${word%:/reports} ;;
    /reports/misconfigurations.json) cp "$FOUND" "$reports/misconfigurations.json" ;;
    --exit-code) exit "$VERDICT" ;;
  esac
done
"""


def scan(folder: Path, *, seen: int, verdict: int) -> subprocess.CompletedProcess[str]:
    programs = folder / "programs"
    programs.mkdir()
    for name, text in (("podman", PODMAN), ("kubectl", KUBECTL)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    found = [{"Target": f"{number}.yaml"} for number in range(seen)]
    (folder / "found").write_text(json.dumps({"Results": found}))
    return subprocess.run(
        [ROOT / "deploy/pipeline/scan-manifests.sh", "reports"],
        cwd=folder,
        env=os.environ
        | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "FOUND": str(folder / "found"),
            "VERDICT": str(verdict),
        },
        check=False,
        capture_output=True,
        text=True,
    )


def test_every_overlay_and_the_dockerfile_are_judged(tmp_path: Path) -> None:
    done = scan(tmp_path, seen=len(OVERLAYS) + 1, verdict=0)
    assert (done.returncode, done.stderr) == (0, "")
    rendered = sorted(p.name for p in (tmp_path / "reports/rendered").iterdir())
    assert rendered == ["Dockerfile", *(f"{name}.yaml" for name in OVERLAYS)]


def test_a_weakness_of_weight_fails(tmp_path: Path) -> None:
    assert scan(tmp_path, seen=len(OVERLAYS) + 1, verdict=1).returncode == 1


def test_a_scan_that_recognised_too_little_fails(tmp_path: Path) -> None:
    done = scan(tmp_path, seen=len(OVERLAYS), verdict=0)
    assert done.returncode == 1
    assert "were recognised" in done.stderr

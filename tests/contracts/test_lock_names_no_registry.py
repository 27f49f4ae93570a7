"""The lock pins versions and digests and leaves the registry to the reader."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_package_has_a_digest_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: held for name, held in lock["packages"].items() if name}
    assert packages
    assert all(held["integrity"] for held in packages.values())
    assert not any("resolved" in held for held in packages.values())


def test_every_python_package_is_pinned() -> None:
    for file in ROOT.glob("requirements*.txt"):
        for line in file.read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert "==" in line, f"{file.name}: {line}"

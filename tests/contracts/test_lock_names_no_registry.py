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


def test_no_python_requirement_names_an_index_or_an_address() -> None:
    files = [*ROOT.glob("requirements*.txt"), *ROOT.glob("requirements/*.in")]
    assert len(files) == 12
    for file in files:
        text = file.read_text("utf-8")
        for word in ("://", "--index-url", "--find-links", "--trusted-host", " @ "):
            assert word not in text, f"{file.name}: {word}"

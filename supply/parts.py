"""Everything the product and its tools are made of: Python, npm and the browser's library."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ironclad.embedded import browser_library
from supply.requirements import ROOT, LockError, lines, pin

Use = Literal["product", "built-in database", "development"]
# Which lock file holds what is used for what; each holds what it adds to the one before.
LOCKS: dict[str, Use] = {
    "requirements.txt": "product",
    "requirements-builtin.txt": "built-in database",
    "requirements-dev.txt": "development",
    "requirements-node.txt": "development",
}


@dataclass(frozen=True)
class Part:
    """`digests` are of the files that may be installed: algorithm and hexadecimal digits."""

    ecosystem: Literal["pypi", "npm"]
    name: str
    version: str
    use: Use
    digests: tuple[tuple[str, str], ...]
    licence: str = ""  # what the lock says; Python's says nothing


def every(root: Path = ROOT) -> list[Part]:
    found = [*_python(root), *_npm(root), _browser()]
    return sorted(
        set(found), key=lambda part: (part.ecosystem, part.name, part.version)
    )


def _python(root: Path) -> Iterator[Part]:
    for name, use in LOCKS.items():
        for line in lines((root / name).read_text("utf-8")):
            if line.startswith("-r "):
                continue
            held = pin(line)
            digests = tuple(("SHA-256", digest) for digest in held.digests)
            yield Part("pypi", held.name, held.version, use, digests)


def _npm(root: Path) -> Iterator[Part]:
    packages = json.loads((root / "package-lock.json").read_text("utf-8"))["packages"]
    for path, held in packages.items():
        if path:
            name = held.get("name") or path.rpartition("node_modules/")[2]
            digests = (_integrity(held["integrity"]),)
            licence = held.get("license", "")
            yield Part("npm", name, held["version"], "development", digests, licence)


def _browser() -> Part:
    name, _, version = browser_library.PACKAGE.rpartition("@")
    digests = tuple(("SHA-256", digest) for digest in browser_library.FILES.values())
    return Part("npm", name, version, "product", digests)


def _integrity(text: str) -> tuple[str, str]:
    """From the form that npm writes: sha512-BASE64."""
    algorithm, _, digest = text.partition("-")
    if algorithm != "sha512":
        raise LockError(f"a digest by {algorithm}: {text[:40]}")
    return "SHA-512", b64decode(digest).hex()

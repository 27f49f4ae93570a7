"""The lock files, read: every Python package by exact version, with the digests of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
# The file that names all of them: product, built-in database, tests and checks.
WHOLE = ROOT / "requirements-dev.txt"
PRODUCT = ROOT / "requirements.txt"

_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.+!-]+)"
    r"(?: ; (?P<marker>.+?))?(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)"
)
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class LockError(ValueError):
    """A line of a lock file is no package with an exact version and digests."""


@dataclass(frozen=True)
class Pin:
    """`name` is in the form that all spellings of it share."""

    name: str
    version: str
    digests: tuple[str, ...]
    marker: str = ""

    def is_for(self, environment: dict[str, str] | None = None) -> bool:
        """Whether it is installed there; None: here."""
        return not self.marker or Marker(self.marker).evaluate(environment)

    def text(self) -> str:
        head = f"{self.name}=={self.version}" + (self.marker and f" ; {self.marker}")
        return " \\\n".join([head, *(f"    --hash=sha256:{d}" for d in self.digests)])


def read(path: Path) -> list[Pin]:
    """Every pin of a lock file and of the ones it includes. Raises LockError."""
    found: list[Pin] = []
    for line in lines(path.read_text("utf-8")):
        if line.startswith("-r "):
            found += read(path.parent / line[3:].strip())
        else:
            found.append(pin(line))
    return found


def pin(line: str) -> Pin:
    match = _PIN.fullmatch(line)
    if match is None:
        raise LockError(f"not an exact version with digests: {line[:120]}")
    return Pin(
        name=canonicalize_name(match["name"]),
        version=match["version"],
        digests=tuple(_DIGEST.findall(match["hashes"])),
        marker=match["marker"] or "",
    )


def lines(text: str) -> Iterator[str]:
    """What pip reads as one: continued lines joined, comments and blanks left out."""
    for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def one_per_name(pins: list[Pin]) -> dict[str, Pin]:
    """Those for this machine, by name."""
    return {each.name: each for each in pins if each.is_for()}

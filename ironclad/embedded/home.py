"""The folder that holds all state of the built-in profile, and what lies where in it.

Standard library only: the bootstrap reads it before anything is installed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ironclad.embedded.failure import StartError

CHECKOUT = Path(__file__).resolve().parent.parent.parent
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Home:
    """`$IRONCLAD_HOME`; made by `prepare`, private to its owner."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "postgres"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def processes(self) -> Path:
        return self.root / "processes.json"

    def prepare(self) -> None:
        """Makes the folders that are missing.

        Raises StartError when a file is in the way or the place cannot be written.
        """
        for folder in (self.root, self.log):
            private_folder(folder)


def home(environment: Mapping[str, str] = os.environ) -> Home:
    """The home the environment names; `.ironclad/` in the checkout without a name."""
    named = environment.get("IRONCLAD_HOME", "").strip()
    path = Path(named).expanduser() if named else CHECKOUT / ".ironclad"
    return Home(path.resolve())


def private_folder(path: Path) -> None:
    """Makes a folder that only its owner reads; an existing one loses its readers.

    The right to pass through (o+x) is kept: see `ironclad.embedded.account`.
    """
    try:
        path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o066:
            path.chmod(_PRIVATE | (mode & stat.S_IXOTH))
    except OSError as error:
        raise StartError(
            f"cannot make the folder {path}: {error.strerror}",
            "free the place, or name another one: make up IRONCLAD_HOME=/some/folder",
        ) from error

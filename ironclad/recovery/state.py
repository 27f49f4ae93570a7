"""What a restored folder is: `restore.json` in it, read before anything is done with it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ironclad.recovery.failure import RecoveryFailed

FILE = "restore.json"
_FORMAT = 1
Stage = Literal[
    "unfinished",  # being made, or cut off: not to be used
    "refused",  # made, and found to be broken
    "short",  # sound, but it ended before the target
    "restored",  # sound, as asked, read-only
    "promoting",
    "promoted",  # a cluster of its own
    "adopting",
    "adopted",  # in service
]


@dataclass
class State:
    """Moments are ISO 8601 with a zone, sizes bytes."""

    stage: Stage
    repository: str
    label: str
    version: int
    target: str
    restore_command: str
    timeline: str  # asked for; afterwards the one that was reached
    started_at: str
    ended_at: str = ""
    reached_at: str = ""  # newest commit that was replayed
    position: str = ""  # in the WAL: where it stands still
    size: int = 0
    wal: int = 0
    recovery_seconds: float = 0.0
    checks: list[dict[str, object]] = field(default_factory=list)
    reason: str = ""  # of one that is not as asked
    kept_as: str = ""  # where the data before it went, once adopted
    format: int = _FORMAT

    def write(self, folder: Path) -> None:
        """In one step: a power cut leaves the old or the new."""
        draft = folder / f".{FILE}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / FILE)
        above = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(above)
        finally:
            os.close(above)


def read(folder: Path) -> State:
    """Raises RecoveryFailed when it is no folder that a restore has made."""
    remedy = "name a folder that manage.py restore has made"
    try:
        held = json.loads((folder / FILE).read_text(encoding="utf-8"))
        state = State(**held)
    except (OSError, ValueError, TypeError) as error:
        message = f"{folder} is no restored cluster: {error}"
        raise RecoveryFailed(message, remedy) from error
    if state.format != _FORMAT or state.stage not in get_args(Stage):
        message = f"{folder} was made by another version of Ironclad"
        raise RecoveryFailed(message, remedy)
    return state

"""What pg_basebackup says it has copied: files with sizes and checksums, and the WAL they need."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.segments import holding

ALGORITHM = "SHA256"  # of those that the manifest may have, what Python counts quickly
_CLOSING = b'"Manifest-Checksum": "'


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of the cluster; `checksum` in hexadecimal digits."""

    size: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """By path below the data folder."""

    files: dict[str, Listed]
    timeline: int
    start: str  # position, as PostgreSQL writes it
    stop: str

    @property
    def size(self) -> int:
        return sum(each.size for each in self.files.values())

    def wal(self, size: int) -> tuple[str, str]:
        """The first and the last segment that it needs, of `size` bytes each."""
        first = holding(self.timeline, self.start, size)
        return first, holding(self.timeline, self.stop, size)


def read(path: Path) -> Manifest:
    """Raises RecoveryFailed when it is not there, or not as it was written."""
    try:
        text = path.read_bytes()
        held = json.loads(text)
        _refuse_a_changed_one(text, held)
        (covered,) = held["WAL-Ranges"]
        return Manifest(
            {_path(each): _listed(each) for each in held["Files"]},
            int(covered["Timeline"]),
            str(covered["Start-LSN"]),
            str(covered["End-LSN"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} cannot be read: {error}"
        raise RecoveryFailed(message, "restore from another backup") from error


def _refuse_a_changed_one(text: bytes, held: dict[str, Any]) -> None:
    # The checksum is of all that stands before its own line.
    body = text[: text.rindex(_CLOSING)]
    if hashlib.sha256(body).hexdigest() != held["Manifest-Checksum"]:
        message = "it is not as it was written (checksum)"
        raise ValueError(message)


def _path(entry: dict[str, Any]) -> str:
    if "Encoded-Path" in entry:
        return bytes.fromhex(entry["Encoded-Path"]).decode("utf-8", "surrogateescape")
    return str(entry["Path"])


def _listed(entry: dict[str, Any]) -> Listed:
    if entry["Size"] and entry.get("Checksum-Algorithm") != ALGORITHM:
        message = f"no {ALGORITHM} of {_path(entry)}"
        raise ValueError(message)
    return Listed(int(entry["Size"]), str(entry.get("Checksum", "")))

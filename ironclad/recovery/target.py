"""Up to where a restore goes: the newest, a moment, or a named point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ironclad.recovery.failure import RecoveryFailed

_NAME = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII
)  # pg_create_restore_point


@dataclass(frozen=True, slots=True)
class Target:
    """`moment` is aware and set for "time" alone; `name` is set for "name" alone."""

    kind: Literal["latest", "time", "name"]
    moment: datetime | None = None
    name: str = ""

    def __str__(self) -> str:
        if self.moment is not None:
            return self.moment.isoformat(sep=" ")
        return self.name or "latest"


LATEST = Target("latest")


def at_moment(words: str) -> Target:
    """Of "2026-01-31 12:00:00+00". Raises RecoveryFailed: a moment without a zone is a guess."""
    try:
        moment = datetime.fromisoformat(words.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"{words!r} is no moment with a time zone"
        raise RecoveryFailed(message, 'write it as "2026-01-31 12:00:00+00"')
    return Target("time", moment)


def at_name(name: str) -> Target:
    """Of a point that `pg_create_restore_point` has named. Raises RecoveryFailed."""
    if not _NAME.fullmatch(name):
        message = f"{name!r} is no name of a restore point"
        raise RecoveryFailed(message, "1 to 63 letters, digits, . _ or -")
    return Target("name", name=name)

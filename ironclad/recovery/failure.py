"""Why a backup or a restore did not come about."""

from __future__ import annotations


class RecoveryFailed(Exception):  # noqa: N818 - named as RotationStopped is
    """What went wrong, and what to do: shown to the person who asked.

    Nothing half made stays under a name that could be taken for a whole one.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy

    def __str__(self) -> str:
        return f"{self.message}\n  → {self.remedy}" if self.remedy else self.message

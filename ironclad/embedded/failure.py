"""What stops a start, in the words of the person who has to mend it."""

from __future__ import annotations


class StartError(Exception):
    """A start that cannot go on: what happened, and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def lines(self) -> str:
        """The two lines the terminal shows."""
        return f"✗ {self.what}\n  → {self.remedy}"

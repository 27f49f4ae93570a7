"""What a client sends, read field by field; everything that is wrong with it is told at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ironclad.errors import FieldsInvalid

_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Fields:
    """Reads field by field and collects what is wrong, so that a client sees all at once."""

    def __init__(self, asked: Mapping[str, object]) -> None:
        self.asked = asked
        self.problems: list[tuple[str | None, str]] = []

    def wrong(self, field: str, message: str) -> None:
        self.problems.append((field, message))

    def refuse(self) -> None:
        """Raises FieldsInvalid that names every wrong field as it is spelt in JSON."""
        if self.problems:
            raise FieldsInvalid(self.problems)

    def whole(
        self, name: str, default: int | None, *, least: int, most: int
    ) -> int | None:
        value = self.asked.get(name, default)
        if value is None and name not in self.asked:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or not least <= value <= most
        ):
            self.wrong(name, f"{name} must be a whole number from {least} to {most}.")
            return default
        return value

    def truth(self, name: str, *, default: bool) -> bool:
        value = self.asked.get(name, default)
        if not isinstance(value, bool):
            self.wrong(name, f"{name} must be true or false.")
            return default
        return value

    def line(self, name: str, *, most: int, least: int = 0) -> str:
        """One line of text; left out it is empty."""
        return self._text(name, _CONTROL, "one line", least, most)

    def text(self, name: str, *, most: int, least: int = 0) -> str:
        """Text of any number of lines; left out it is empty."""
        return self._text(name, _CONTROL_BUT_LINES, "text", least, most)

    def _text(
        self, name: str, never: re.Pattern[str], kind: str, least: int, most: int
    ) -> str:
        value = self.asked.get(name, "")
        if not isinstance(value, str) or len(value) > most or never.search(value):
            self.wrong(name, f"{name} must be {kind} of at most {most} characters.")
            return ""
        if len(value.strip()) < least:
            self.wrong(name, f"{name} must not be empty.")
        return value.strip()

    def refuse_unknown(self, known: set[str] | frozenset[str]) -> None:
        for name in sorted(set(self.asked) - known):
            self.wrong(name, "There is no such field.")

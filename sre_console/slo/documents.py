"""Reading our YAML strictly: whatever is wrong is named by file and field."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import yaml

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhdw])", re.ASCII)


class DocumentInvalid(ValueError):  # noqa: N818 - the field's word, read as a sentence
    """A file under deploy/slo does not say what it must."""

    def __init__(self, file: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {field}: {problem}")
        self.file, self.field = file, field


def duration(text: str) -> timedelta:
    """A duration in OpenSLO's shorthand: 5m, 1h, 30d, 4w. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        message = f"{text!r} is not a duration such as 5m, 1h, 30d or 4w"
        raise ValueError(message)
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


@dataclass(frozen=True)
class Node:
    """A value in a document that knows where it stands."""

    file: str
    path: str
    value: object

    def refuse(self, problem: str) -> NoReturn:
        raise DocumentInvalid(self.file, self.path or "(document)", problem)

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, Node]:
        """The mapping's fields; one missing, or one that nobody reads, is an error."""
        if not isinstance(self.value, dict):
            self.refuse("must be a mapping")
        for name in required:
            if name not in self.value:
                self._child(name, None).refuse("is missing")
        for name in self.value:
            if name not in required + optional:
                self._child(str(name), None).refuse("is not known here")
        return {name: self._child(name, item) for name, item in self.value.items()}

    def items(self) -> Iterator[Node]:
        if not isinstance(self.value, list) or not self.value:
            self.refuse("must be a list with at least one item")
        for index, item in enumerate(self.value):
            yield Node(self.file, f"{self.path}[{index}]", item)

    def only(self) -> Node:
        first, *rest = self.items()
        if rest:
            self.refuse("must hold exactly one item")
        return first

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("must be text")
        return self.value.strip()

    def number(self) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse("must be a number")
        if not math.isfinite(value):
            self.refuse("must be finite")
        return float(value)

    def duration(self) -> timedelta:
        try:
            return duration(self.text())
        except ValueError as error:
            self.refuse(str(error))

    def exactly(self, *allowed: object) -> None:
        # by type too: YAML's true equals 1 in Python
        if not any(type(self.value) is type(a) and self.value == a for a in allowed):
            self.refuse(f"must be {' or '.join(map(repr, allowed))}")

    def _child(self, name: str, value: object) -> Node:
        return Node(self.file, f"{self.path}.{name}" if self.path else name, value)


def read(path: Path) -> Node:
    """The one YAML document in a file."""
    try:
        return Node(path.name, "", yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DocumentInvalid(path.name, "(document)", str(error)) from error

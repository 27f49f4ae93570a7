"""What is wrong with a scenario file, and where. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake; line and column count from 1, and are 0 where there is no file."""

    line: int
    column: int
    path: str  # spec.steps[2].for; empty: the document itself
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ScenarioInvalid(ValueError):  # noqa: N818 - the field's word, read as a sentence
    """A scenario does not say what it must; every mistake in it is named."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = sorted(problems, key=lambda each: (each.line, each.column))
        super().__init__("\n".join(self._line(each) for each in self.problems))

    def _line(self, problem: Problem) -> str:
        if not problem.line:
            return f"{self.file}: {problem}"
        return f"{self.file}:{problem.line}:{problem.column}: {problem}"

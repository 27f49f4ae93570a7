"""A small part of JSONPath (RFC 9535): $, .name, ['name'], [0], [-1], [*] and .*. Pure.

Filters, slices, `..` and functions are refused: a check that needs them says what it wants badly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sre_console.gamedays.scenarios.patterns import PatternRefused

_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    |\.(?P<each>\*)
    |\[(?:(?P<every>\*)
      |(?P<index>-?(?:0|[1-9][0-9]{0,5}))
      |'(?P<single>[^'\\]*)'
      |"(?P<double>[^"\\]*)")\]""",
    re.VERBOSE | re.ASCII,
)
MOST_STEPS, MOST_FOUND = 20, 10_000

Step = str | int | None  # None: each of them


def jsonpath(text: str) -> tuple[Step, ...]:
    """Its steps. Raises PatternRefused."""
    if not text.startswith("$"):
        message = "must begin with $, the whole answer"
        raise PatternRefused(message)
    steps: list[Step] = []
    at = 1
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or len(steps) == MOST_STEPS:
            message = f"cannot be read from {text[at : at + 20]!r} on"
            raise PatternRefused(message)
        kind = match.lastgroup or ""
        if kind in {"each", "every"}:
            steps.append(None)
        else:
            steps.append(int(match[kind]) if kind == "index" else match[kind])
        at = match.end()
    return tuple(steps)


def found(value: object, steps: tuple[Step, ...]) -> list[object]:
    """Everything that the path leads to, in order; the first MOST_FOUND of them."""
    values = [value]
    for step in steps:
        values = [each for value in values for each in _next(value, step)][:MOST_FOUND]
    return values


def _next(value: object, step: Step) -> Iterator[object]:
    if isinstance(value, Mapping):
        if step is None:
            yield from value.values()
        elif isinstance(step, str) and step in value:
            yield value[step]
    elif isinstance(value, list):
        if step is None:
            yield from value
        elif isinstance(step, int) and -len(value) <= step < len(value):
            yield value[step]

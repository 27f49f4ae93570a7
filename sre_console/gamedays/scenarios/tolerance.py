"""Whether an answer is what a scenario asks for. Pure."""

from __future__ import annotations

import json
from functools import lru_cache

from sre_console.gamedays.scenarios.jsonpath import found, jsonpath
from sre_console.gamedays.scenarios.patterns import PatternRefused
from sre_console.gamedays.scenarios.probes import HttpCall, Tolerance
from sre_console.gamedays.scenarios.regex import Regex

MOST_BODY = 64 * 1024  # bytes of an answer; a longer one is not judged
_SHOWN = 60  # characters of what was found


def jsonpath_check(text: str) -> None:
    """Raises PatternRefused."""
    jsonpath(text)


@lru_cache(maxsize=2048)  # a run's scenario is read again each second
def regex_check(text: str) -> None:
    """Raises PatternRefused."""
    Regex(text)


def holds(call: HttpCall, status: int, body: bytes) -> bool:
    """Whether the answer is right; as much of a body as MOST_BODY and one byte is enough."""
    return not amiss(call, status, body)


def amiss(call: HttpCall, status: int, body: bytes) -> str:
    """What is wrong with the answer; empty: nothing."""
    if status not in call.statuses:
        return f"status {status}"
    if call.tolerance is None:
        return ""
    if len(body) > MOST_BODY:
        return f"more than {MOST_BODY // 1024} KiB of an answer"
    try:
        return _amiss(call.tolerance, body.decode("utf-8", "replace"))
    except PatternRefused as refused:
        return f"{call.tolerance.kind} {refused}"


def _amiss(tolerance: Tolerance, text: str) -> str:
    pattern = tolerance.pattern
    if tolerance.kind == "contains":
        return "" if pattern in text else f"no {_short(pattern)} in it"
    if tolerance.kind == "regex":
        return "" if Regex(pattern).search(text) else f"no match of {_short(pattern)}"
    try:
        value = json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return "no JSON"
    every = found(value, jsonpath(pattern))
    if not every:
        return f"nothing at {pattern}"
    if not tolerance.expected or any(
        _same(each, expected) for each in every for expected in tolerance.expected
    ):
        return ""
    return f"{_short(json.dumps(every[0], ensure_ascii=False))} at {pattern}"


def _same(value: object, expected: object) -> bool:
    """JSON's equality: true is not 1, and 1 is 1.0."""
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    return value == expected


def _no_json(_: str) -> object:
    raise ValueError


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"

"""Keeps secrets out of the log, however they got into an event."""

from __future__ import annotations

import re
from collections.abc import Iterable

from structlog.typing import EventDict

HIDDEN = "[redacted]"
_NAMES = re.compile(
    r"password|passwd|secret|token|cookie|authorization|session|csrf|api_?key|\bbody\b",
    re.IGNORECASE,
)
_SHAPES = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"), rf"\1 {HIDDEN}"),
    (re.compile(r"(\w+://[^\s:/@]+):[^\s@]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"(/enter/)[A-Za-z0-9_-]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)(password|passwd|token|secret)(['\"]?\s*[=:]\s*['\"]?)[^\s'\",;&]+"),
     rf"\1\2{HIDDEN}"),
)  # fmt: skip
_SHORTEST = 8  # a shorter secret would blot out ordinary words


class Redaction:
    """A structlog processor. `secrets` are values to hide wherever they appear."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {value for value in secrets if len(value) >= _SHORTEST}
        longest_first = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        return {key: self._clean(key, value) for key, value in event.items()}

    def _clean(self, key: str, value: object) -> object:
        if _NAMES.search(key):
            return HIDDEN
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {k: self._clean(str(k), v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean("", item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.text(repr(value))

    def text(self, value: str) -> str:
        value = self._known.sub(HIDDEN, value)
        for shape, instead in _SHAPES:
            value = shape.sub(instead, value)
        return value

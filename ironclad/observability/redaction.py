"""Keeps secrets out of the log, however they got into an event."""

from __future__ import annotations

import re
from collections.abc import Iterable

from structlog.typing import EventDict

HIDDEN = "[redacted]"
_NAMES = re.compile(
    r"passw(?:or)?d|passphrase|secret|token|cookie|authorization|session|csrf|credential"
    r"|(?:api|audit|signing|private)[_-]?key|(?<![a-z])t?otp(?![a-z])|recovery_?code"
    r"|\bbody\b",
    re.IGNORECASE,
)
# What follows one of these names after = or : is hidden, wherever in a text it stands.
_GIVEN = (
    r"passw(?:or)?d|passphrase|token|secret|(?:secret|api|audit|signing|private)[_-]?key"
    r"|session(?:id|_\w+)?|csrf\w*|(?<![a-z])t?otp|signature"
)
_SHAPES = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END|\Z)"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"), rf"\1 {HIDDEN}"),
    (re.compile(r"\beyJ[\w-]{6,}\.[\w-]{4,}\.[\w-]*"), HIDDEN),  # a JSON Web Token
    (re.compile(r"(\b\w+://[^\s:/@]*):[^\s@]{1,1024}@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"(/enter/)[A-Za-z0-9_-]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)([?&#](?:code|key|sig|state|nonce)=)[^\s&#'\"]+"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)({_GIVEN})(['\"]?\s*[=:]\s*b?['\"]?)[^\s'\",;&]+"),
     rf"\1\2{HIDDEN}"),
)  # fmt: skip
_SHORTEST = 8  # a shorter secret would blot out ordinary words


class Redaction:
    """A structlog processor. `secrets` are values to hide wherever they appear."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values = {value for value in secrets if len(value) >= _SHORTEST}
        self._known = self._pattern()

    def hide(self, secret: str) -> None:
        """One more. Its pattern takes the place of the old one at once, for every thread."""
        if len(secret) >= _SHORTEST:
            self._values |= {secret}
            self._known = self._pattern()

    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._values, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

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

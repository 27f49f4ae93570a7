"""Whether an answer is what a probe wants. Pure."""

from __future__ import annotations

import re

from sre_console.gamedays.jsonpath import jsonpath
from sre_console.gamedays.patterns import PatternRefused


def jsonpath_check(text: str) -> None:
    """Raises PatternRefused."""
    jsonpath(text)


def regex_check(text: str) -> None:
    """Raises PatternRefused."""
    try:
        re.compile(text)
    except re.error as error:
        message = f"is no regular expression: {error}"
        raise PatternRefused(message) from error

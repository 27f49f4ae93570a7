"""Typed readers of the environment that refuse nonsense at once.

Every reader names the variable in its error. A secret may come from a file:
`NAME_FILE=/run/secrets/name` is read when `NAME` itself is not set.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_NONE = frozenset({"none", "off"})


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding blanks; `NAME_FILE` names a file."""
    value = os.environ.get(name)
    path = os.environ.get(f"{name}_FILE")
    if value is None and path:
        try:
            value = Path(path).read_text(encoding="utf-8")
        except OSError as error:
            message = f"{name}_FILE: cannot read {path}: {error.strerror}"
            raise ImproperlyConfigured(message) from error
    return default if value is None else value.strip()


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _TRUE | _FALSE:
        return value in _TRUE
    message = f"{name} must be on or off, not {value!r}"
    raise ImproperlyConfigured(message)


def number(
    name: str, default: float, *, least: float = 0.0, most: float = math.inf
) -> float:
    value = text(name)
    try:
        result = float(value) if value else default
    except ValueError as error:
        message = f"{name} must be a number, not {value!r}"
        raise ImproperlyConfigured(message) from error
    if not least <= result <= most:
        message = f"{name} must be from {least:g} to {most:g}, not {value!r}"
        raise ImproperlyConfigured(message)
    return result


def ratio(name: str, default: float | None) -> float | None:
    """From 0 to 1; "none" switches off what the variable bounds."""
    value = text(name).lower()
    if value in _NONE:
        return None
    return number(name, 0, most=1) if value else default


def integer(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    result = number(name, default, least=least, most=most)
    if result != int(result):
        message = f"{name} must be a whole number, not {text(name)!r}"
        raise ImproperlyConfigured(message)
    return int(result)


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list without blanks."""
    value = text(name)
    if not value:
        return list(default)
    return [part.strip() for part in value.split(",") if part.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default) or default
    if value not in allowed:
        message = f"{name} must be one of {', '.join(allowed)}, not {value!r}"
        raise ImproperlyConfigured(message)
    return value

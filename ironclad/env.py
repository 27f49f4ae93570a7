"""Typed readers of the environment that refuse nonsense at once.

Every reader names the variable in its error. A secret may come from a file:
`NAME_FILE=/run/secrets/name` is read when `NAME` itself is not set.
"""

from __future__ import annotations

import math
import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_NONE = frozenset({"none", "off"})
_LABEL = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)


def file(name: str) -> Path | None:
    """The file that the value is read from; None where the variable itself is set."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path) if path and os.environ.get(name) is None else None


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding blanks; `NAME_FILE` names a file."""
    value = os.environ.get(name)
    path = file(name)
    if path:
        try:
            value = path.read_text(encoding="utf-8")
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


def whole_or_none(name: str, default: int, *, least: int, most: int) -> int | None:
    """A whole number; "none" switches off what the variable bounds."""
    if text(name).lower() in _NONE:
        return None
    return integer(name, default, least=least, most=most)


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list without blanks."""
    value = text(name)
    if not value:
        return list(default)
    return [part.strip() for part in value.split(",") if part.strip()]


def lines(name: str) -> list[str]:
    """Values with commas between them or one a line, as a file of secrets has them."""
    parts = re.split(r"[,\n]", text(name))
    return [part.strip() for part in parts if part.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default) or default
    if value not in allowed:
        message = f"{name} must be one of {', '.join(allowed)}, not {value!r}"
        raise ImproperlyConfigured(message)
    return value


def label(name: str, default: str) -> str:
    """A short name: small letters, digits and hyphens, and no switch's on or off."""
    value = text(name) or default
    if _LABEL.fullmatch(value) and value not in _TRUE | _FALSE:
        return value
    message = (
        f"{name} must be 1 to 32 small letters, digits or hyphens, not {value!r}, "
        "and neither on nor off"
    )
    raise ImproperlyConfigured(message)


def places(name: str, *, here: str, default: bool) -> tuple[bool, tuple[str, ...]]:
    """A switch, or a list of names: on where one of them is `here`. Also the names."""
    value = text(name)
    if not value or value.lower() in _TRUE | _FALSE:
        return flag(name, default=default), ()
    named = tuple(names(name))
    wrong = [each for each in named if not _LABEL.fullmatch(each)]
    if not named or wrong or set(named) & (_TRUE | _FALSE):
        message = f"{name} must be on, off, or names of environments, not {value!r}"
        raise ImproperlyConfigured(message)
    return here in named, named

"""Numbers as a report writes them: counts, shares, durations."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

DASH = "\N{EN DASH}"  # nothing is known
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def count(value: float | None) -> str:
    return DASH if value is None else f"{value:,.0f}"


def percent(ratio: float | None, digits: int = 2) -> str:
    """As "15.28 %": without zeros behind that say nothing."""
    if ratio is None:
        return DASH
    text = f"{ratio * 100:,.{digits}f}"
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'0' if plain in {'', '-0'} else plain} %"


def took(seconds: float | None) -> str:
    """As "1 min 29.5 s" or "2 h 5 min": to a tenth of a second while that says something."""
    if seconds is None:
        return DASH
    tenths = round(seconds * 10)
    if tenths < _MINUTE * 10:
        return _("{n} s").format(n=_short(tenths / 10))
    if tenths < _HOUR * 10:
        minutes, rest = divmod(tenths, _MINUTE * 10)
        said = _("{n} min").format(n=minutes)
        return f"{said} {_('{n} s').format(n=_short(rest / 10))}" if rest else said
    hours, rest = divmod(round(seconds), _HOUR)
    if hours >= 48:  # noqa: PLR2004 - from two days on hours say little
        days = _("{n} d").format(n=hours // 24)
        return f"{days} {_('{n} h').format(n=hours % 24)}" if hours % 24 else days
    said, minutes = _("{n} h").format(n=hours), rest // _MINUTE
    return f"{said} {_('{n} min').format(n=minutes)}" if minutes else said


def signed(text: str, value: float) -> str:
    """With its sign before it; `text` is of the amount alone."""
    sign = "\N{MINUS SIGN}" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{text}"


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}"


def listed(words: list[str]) -> str:
    """As "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004
        return "".join(words)
    return _("{some} and {last}").format(some=", ".join(words[:-1]), last=words[-1])


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")

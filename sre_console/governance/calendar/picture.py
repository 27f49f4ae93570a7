"""A range of the calendar as one SVG picture: a lane for each kind. Pure.

Text in it is of numbers and the words of kinds: nothing that somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - writes, reads none

from sre_console.governance.calendar.event import KINDS, Event, Kind, Range

WIDTH, _LEFT, _RIGHT = 960, 104, 8
_LANE, _BAR, _AXIS = 22, 12, 22
_DAY = timedelta(days=1)
_WEEK = 7


def picture(
    events: Sequence[Event],
    within: Range,
    *,
    now: datetime,
    words: Mapping[str, str],
    said: str,
) -> str:
    """An SVG document; `words` name the kinds, `said` is its text for readers."""
    shown = [kind for kind in KINDS if any(each.kind == kind for each in events)]
    if not shown:
        return ""
    height = len(shown) * _LANE + _AXIS
    parts = [*_grid(within, height - _AXIS)]
    for lane, kind in enumerate(shown):
        parts += _lane(kind, words[kind], events, within, now, lane * _LANE)
    if within.begin <= now < within.end:
        x = _x(within, now)
        parts.append(_line("cal-now", x, 0, height - _AXIS))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="calendar" role="img" '
        f'viewBox="0 0 {WIDTH} {height}" font-size="12" '
        f"aria-label={quoteattr(said)}>{''.join(parts)}</svg>"
    )


def _x(within: Range, at: datetime) -> float:
    across = (at - within.begin) / (within.end - within.begin)
    return round(_LEFT + min(max(across, 0), 1) * (WIDTH - _LEFT - _RIGHT), 1)


def _lane(  # noqa: PLR0913, PLR0917
    kind: Kind,
    word: str,
    events: Iterable[Event],
    within: Range,
    now: datetime,
    top: int,
) -> Iterable[str]:
    middle = top + _LANE / 2
    yield f'<text class="cal-word" x="0" y="{middle + 4}">{escape(word)}</text>'
    for event in events:
        if event.kind != kind:
            continue
        begin, name = _x(within, event.at), event.kind.replace("_", "-")
        if event.lasts:
            end = _x(within, event.until or max(now, event.at))
            width = max(round(end - begin, 1), 2)
            yield (
                f'<rect class="cal-{name}" x="{begin}" y="{middle - _BAR / 2}" '
                f'width="{width}" height="{_BAR}" rx="1.5"/>'
            )
        else:
            yield (
                f'<path class="cal-{name}" d="M{begin} {middle - 7}l6 7l-6 7l-6 -7z"/>'
            )


def _grid(within: Range, bottom: int) -> Iterable[str]:
    """A line for each day, or for every third hour of one."""
    step = timedelta(hours=3) if within.view == "day" else _DAY
    at, number = within.begin, 0
    while at < within.end:
        x = _x(within, at)
        yield _line("cal-grid", x, 0, bottom)
        style = "%H:%M" if within.view == "day" else "%d"
        if within.view == "week":
            style = "%m-%d"
        if within.view != "month" or number % _WEEK == 0:
            yield f'<text class="cal-hour" x="{x + 2}" y="{bottom + 15}">{at:{style}}</text>'
        at, number = at + step, number + 1


def _line(kind: str, x: float, top: float, bottom: float) -> str:
    return f'<path class="{kind}" d="M{x} {top}V{bottom}"/>'

"""A run's report in each of its formats, ready to be sent."""

from __future__ import annotations

import re
from collections.abc import Callable

from ironclad.errors import FieldsInvalid
from sre_console.gamedays.report.data import checks_csv, data, events_csv
from sre_console.gamedays.report.file import html_file
from sre_console.gamedays.report.markdown import markdown
from sre_console.gamedays.report.report import report_read
from sre_console.models import GameDay

_NEVER = re.compile(r"[^a-z0-9-]+", re.ASCII)  # in a file's name

# By format: the content type, how the file's name ends, and what is in it.
_FORMATS: dict[str, tuple[str, str, Callable[[GameDay], str]]] = {
    "html": ("text/html", ".html", lambda row: html_file(report_read(row))),
    "markdown": ("text/markdown", ".md", lambda row: markdown(report_read(row))),
    "json": ("application/json", ".json", data),
    "csv": ("text/csv", "-events.csv", lambda row: events_csv(report_read(row))),
    "csv-checks": ("text/csv", "-checks.csv", lambda row: checks_csv(report_read(row))),
}
FORMATS = tuple(_FORMATS)


def report_of(game_day: GameDay, format_: str) -> tuple[str, str, bytes]:
    """Content type, file name and bytes, of a run that is over (gamedays.report.report_get).

    Raises FieldsInvalid for a format that there is none of.
    """
    if format_ not in _FORMATS:
        message = f"format must be one of {', '.join(FORMATS)}."
        raise FieldsInvalid([("format", message)])
    kind, ending, made = _FORMATS[format_]
    name = f"game-day-{game_day.pk}-{_NEVER.sub('', game_day.scenario)}{ending}"
    return f"{kind}; charset=utf-8", name, made(game_day).encode()

"""A report as one HTML file that opens offline: its styles and pictures are in it, no script is."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string

from sre_console.gamedays.report.report import Report

# In the order in which a page has them.
_SHEETS = (
    "tokens", "base", "components/panel", "components/badge", "components/table",
    "components/facts", "components/timeline", "components/prose", "pages/paper",
    "pages/report",
)  # fmt: skip
_PAPER = "print"  # for print alone


def html_file(report: Report) -> str:
    style = _style()
    # Only this style sheet is let in, whatever else somebody might get into the file.
    digest = b64encode(sha256(style.encode()).digest()).decode()
    context = {"report": report, "style": style, "digest": digest}
    return render_to_string("console/game_days/report_file.html", context)


@cache
def _style() -> str:
    screen = "\n".join(_sheet(name) for name in _SHEETS)
    return f"{screen}\n@media print {{\n{_sheet(_PAPER)}\n}}\n"


def _sheet(name: str) -> str:
    path = f"css/{name}.css"
    found = finders.find(path)
    if isinstance(found, str):
        return Path(found).read_text(encoding="utf-8")
    # an image has the collected files alone
    with staticfiles_storage.open(path) as file:
        return str(file.read().decode())

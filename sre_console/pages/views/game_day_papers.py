"""The report of a game day: a page to read and to print, and the same as files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sre_console.gamedays.report.exporting import report_of
from sre_console.gamedays.report.report import report_get, report_read
from sre_console.pages.access import signed_in_page
from sre_console.pages.views.papers import asked_of, show


@require_safe
@signed_in_page
def report(request: HttpRequest, number: str) -> HttpResponse:
    """`?format=` sends a file."""
    row = report_get(int(number))
    if format_ := asked_of(request).get("format"):
        kind, name, content = report_of(row, format_)
        sent = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=kind, headers=sent)
    return show(request, "game_days/report", report=report_read(row))

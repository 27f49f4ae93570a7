"""The change calendar."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sre_console.chaos.rows import database_now
from sre_console.governance.calendar.event import VIEWS, asked_read
from sre_console.governance.calendar.ics import calendar
from sre_console.governance.calendar.picture import picture
from sre_console.governance.calendar.selectors import MOST
from sre_console.governance.calendar.selectors import changes as changes_of
from sre_console.pages.access import signed_in_page
from sre_console.pages.change_models import counted, days, kind_words
from sre_console.pages.tables import address
from sre_console.pages.views.papers import as_csv, asked_of, show

_FILTERS = ("kind", "q")


@require_safe
@signed_in_page
def changes(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request)
    now = database_now()
    read = asked_read(asked, today=now.date())
    within = read.range
    found = changes_of(read, now=now)
    if asked.get("format") == "csv":
        head = ("kind", "number", "title", "from", "to", "who", "note", "link")
        rows = (
            (e.kind, e.number, e.title, e.at.isoformat(),
             e.until and e.until.isoformat(), e.who, e.note, e.href)
            for e in found.events
        )  # fmt: skip
        return as_csv("changes", head, rows)
    if asked.get("format") == "ics":
        host = urlsplit(settings.CONSOLE_URL).hostname or "ironclad"
        base = settings.CONSOLE_URL.rstrip("/")
        return HttpResponse(
            calendar(found.events, now=now, host=host, base=base),
            content_type="text/calendar; charset=utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="ironclad-changes.ics"'
            },
        )
    path = reverse("console:changes")
    kept = {name: asked.get(name, "") for name in _FILTERS}
    kept |= {"view": within.view, "day": within.first.isoformat()}
    words = kind_words()
    return show(
        request,
        "changes",
        tab="changes",
        within=within,
        last=within.end.date().fromordinal(within.end.date().toordinal() - 1),
        days=days(found.events, now),
        picture=picture(
            found.events, within, now=now, words=words, said=counted(found.events)
        ),
        counted=counted(found.events),
        asked=asked,
        filtered=any(name in asked for name in _FILTERS),
        everything=address(path, {**kept, "kind": "", "q": ""}),
        kinds=words.items(),
        views=[(view, address(path, {**kept, "view": view})) for view in VIEWS],
        before=address(path, {**kept, "day": within.beside(-1).isoformat()}),
        after=address(path, {**kept, "day": within.beside(1).isoformat()}),
        today=address(path, {**kept, "day": ""}),
        csv=address(path, {**kept, "format": "csv"}),
        ics=address(path, {**kept, "format": "ics"}),
        curl=address("/api/changes", kept),
        cut=[words[kind] for kind in found.cut],
        most=f"{MOST:,}",
    )

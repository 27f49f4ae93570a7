"""The evidence mapping, and its export."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sre_console.accounts.actors import actor_of
from sre_console.chaos.rows import database_now
from sre_console.governance.evidence.files import zipped
from sre_console.governance.evidence.report import period_read, report_of
from sre_console.governance.evidence.services import evidence_export
from sre_console.pages.access import page_for
from sre_console.pages.views.papers import asked_of, sent_text, show


@require_http_methods(["GET", "HEAD", "POST"])
@page_for("evidence.export")
def evidence(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        asked = {name: sent_text(request.POST, name) for name in ("from", "to")}
        files, digest = evidence_export(actor=actor_of(request), asked=asked)
        name = "-".join(["ironclad-evidence", *filter(None, asked.values())])
        return HttpResponse(
            zipped(files),
            content_type="application/zip",
            headers={
                "Content-Disposition": f'attachment; filename="{name}.zip"',
                "X-Evidence-Digest": digest,
            },
        )
    period, first, last = period_read(asked_of(request), now=database_now())
    report = report_of(period, first, last)
    return show(
        request,
        "evidence",
        tab="evidence",
        first=first,
        last=last,
        mapped=report.mapped,
        answers=list(report.answers.values()),
    )

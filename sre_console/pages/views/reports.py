"""Reports and runbooks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import (
    require_safe,
)

from sre_console.chaos.rows import database_now
from sre_console.incidents.sla import period_read, sla_report
from sre_console.pages.access import signed_in_page
from sre_console.pages.incident_models import (
    incident_row,
)
from sre_console.pages.incident_words import lasted
from sre_console.pages.report_models import noise_rows, slo_rows
from sre_console.pages.runbooks import runbook, runbooks
from sre_console.pages.views.papers import as_csv, show


@require_safe
@signed_in_page
def reports(request: HttpRequest) -> HttpResponse:
    asked = {name: str(value) for name, value in request.GET.items() if value}
    report = sla_report(*period_read(asked))
    slos = slo_rows(report)
    if asked.get("format") == "csv":
        head = ("slo", "ledger", "target", "achieved", "bad", "total", "budget spent", "pages", "tickets")  # fmt: skip
        table = [
            (r.name, r.ledger, r.target, r.achieved, r.bad, r.total, r.spent, r.pages,
             r.tickets)
            for r in slos
        ]  # fmt: skip
        return as_csv("sla", head, table)
    now = database_now()
    return show(
        request,
        "reports",
        report=report,
        slos=slos,
        noisy=noise_rows(report.noisy),
        rows=[incident_row(row, now) for row in report.incidents],
        covered=lasted(report.covered),
        seeded=f"{report.seeded:,}",
        lasted=lasted(report.seconds),
    )


@require_safe
@signed_in_page
def runbook_list(request: HttpRequest) -> HttpResponse:
    return show(request, "runbooks", books=list(runbooks().values()))


@require_safe
@signed_in_page
def runbook_page(request: HttpRequest, name: str) -> HttpResponse:
    return show(request, "runbook", book=runbook(name))

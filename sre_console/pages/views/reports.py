"""Reports and runbooks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import (
    require_safe,
)

from sre_console.chaos.rows import database_now
from sre_console.incidents.runbooks import runbook, runbooks
from sre_console.incidents.sla import period_read, sla_report
from sre_console.pages.access import signed_in_page
from sre_console.pages.incident_models import IncidentRow, incident_row
from sre_console.pages.incident_words import lasted
from sre_console.pages.report_models import (
    NoiseRow,
    SloRow,
    noise_row,
    slo_lines,
    slo_row,
)
from sre_console.pages.report_tables import incident_table, rule_table, slo_table
from sre_console.pages.runbooks import runbook_html
from sre_console.pages.slis import source_note
from sre_console.pages.tables import address
from sre_console.pages.views.papers import as_csv, asked_of, show


@require_safe
@signed_in_page
def reports(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request)
    report = sla_report(*period_read(asked))
    now = database_now()
    tables = slo_table(), incident_table(now), rule_table()
    lines = tables[0].rows(slo_lines(report), asked)
    incidents = tables[1].rows(report.incidents, asked)
    noisy = tables[2].rows(report.noisy, asked)
    slos = [slo_row(line) for line in lines]
    rows = [incident_row(row, now) for row in incidents]
    rules = [noise_row(each) for each in noisy]
    if asked.get("format") == "csv":
        return _csv(asked.get("table", "slos"), slos, rows, rules)
    path = reverse("console:reports")
    period = {"from": report.begin.isoformat(), "seconds": str(report.seconds)}
    orders = {t.parameter: asked.get(t.parameter, "") for t in tables}
    query = period | orders  # links keep the period that is shown
    return show(
        request,
        "reports",
        report=report,
        slos=slos,
        noisy=rules,
        rows=rows,
        heads=[table.heads(path, query) for table in tables],
        orders=[(name, order) for name, order in orders.items() if order],
        csv={
            name: address(path, {**query, "format": "csv", "table": name})
            for name in ("slos", "incidents", "rules")
        },
        covered=lasted(report.covered),
        seeded=f"{report.seeded:,}",
        source=source_note(report.source),
        lasted=lasted(report.seconds),
    )


def _csv(
    table: str,
    slos: list[SloRow],
    incidents: list[IncidentRow],
    rules: list[NoiseRow],
) -> HttpResponse:
    if table == "incidents":
        return as_csv(
            "sla-incidents",
            ("id", "title", "severity", "exercise", "opened", "lasted"),
            (
                (r.id, r.title, r.severity.word, r.exercise, r.opened, r.lasted)
                for r in incidents
            ),
        )
    if table == "rules":
        return as_csv(
            "sla-rules",
            ("rule", "slo", "fired", "silenced", "on average for"),
            ((r.name, r.slo, r.fired, r.silenced, r.lasted) for r in rules),
        )
    return as_csv(
        "sla",
        ("slo", "ledger", "target", "achieved", "bad", "total", "budget spent", "pages", "tickets"),
        (
            (r.name, r.ledger, r.target, r.achieved, r.bad, r.total, r.spent, r.pages,
             r.tickets)
            for r in slos
        ),
    )  # fmt: skip


@require_safe
@signed_in_page
def runbook_list(request: HttpRequest) -> HttpResponse:
    return show(request, "runbooks", books=list(runbooks().values()))


@require_safe
@signed_in_page
def runbook_page(request: HttpRequest, name: str) -> HttpResponse:
    return show(request, "runbook", book=runbook(name), html=runbook_html(name))

"""Alerts, incidents and runbooks: pages made here, kept fresh by their script."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from ironclad.errors import (
    FieldsInvalid,
    IroncladError,
    NotFound,
    PreconditionFailed,
)
from sre_console.accounts.actors import actor_of
from sre_console.accounts.roles import role_of
from sre_console.chaos.rows import database_now
from sre_console.incidents.lifecycle import STATES
from sre_console.incidents.post_mortems import (
    SECTIONS,
    action_add,
    action_settle,
    sheet_get,
    sheet_markdown,
    sheet_write,
)
from sre_console.incidents.selectors import incident_get, incident_list
from sre_console.incidents.services import (
    ROLES,
    incident_act,
    incident_assign,
    incident_comment,
)
from sre_console.incidents.severity import SEVERITIES
from sre_console.incidents.sla import period_read, sla_report
from sre_console.models import Incident
from sre_console.pages import incident_words as words
from sre_console.pages.access import signed_in_page
from sre_console.pages.incident_models import (
    alert_rows,
    incident_row,
    incident_whole,
    severity_mark,
    state_mark,
)
from sre_console.pages.incident_words import lasted
from sre_console.pages.report_models import noise_rows, slo_rows
from sre_console.pages.runbooks import html, runbook, runbooks
from sre_console.pages.view_models import paper

A_PAGE = 50  # incidents
_LONGEST = 5  # digits of a page's number
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@require_safe
@signed_in_page
def alerts(request: HttpRequest) -> HttpResponse:
    rows = alert_rows()
    if request.GET.get("format") == "csv":
        head = ("alert", "slo", "severity", "state", "value", "threshold", "since")
        table = [
            (
                r.name,
                r.slo,
                r.severity.word,
                r.state.word,
                r.value,
                r.threshold,
                r.since,
            )
            for r in rows
        ]
        return _csv("alerts", head, table)
    firing = sum(row.firing for row in rows)
    return _show(request, "alerts", rows=rows, firing=firing)


@require_safe
@signed_in_page
def incidents(request: HttpRequest) -> HttpResponse:
    asked = {name: str(value) for name, value in request.GET.items() if value}
    found = incident_list(asked)
    now = database_now()
    if asked.get("format") == "csv":
        head = ("id", "title", "service", "severity", "state", "exercise", "opened", "lasted", "alerts", "owner")  # fmt: skip
        rows = [incident_row(row, now) for row in found]
        table = [
            (r.id, r.title, r.service, r.severity.word, r.state.word, r.exercise, r.opened,
             r.lasted, r.alerts, r.owner)
            for r in rows
        ]  # fmt: skip
        return _csv("incidents", head, table)
    page = _page(asked.get("page", ""))
    begin = (page - 1) * A_PAGE
    some = list(found[begin : begin + A_PAGE + 1])
    return _show(
        request,
        "incidents",
        rows=[incident_row(row, now) for row in some[:A_PAGE]],
        asked=asked,
        page=page,
        more=len(some) > A_PAGE,
        states=[("unresolved", None), *((each, state_mark(each)) for each in STATES)],
        severities=[(each, severity_mark(each)) for each in SEVERITIES],
    )


@require_safe
@signed_in_page
def incident(request: HttpRequest, number: str) -> HttpResponse:
    return _incident(request, int(number))


@require_POST
@signed_in_page
def incident_change(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """What a form on the page asks for; then back to the page, or told on it why not."""
    sent, actor = request.POST, actor_of(request)
    known = int(number)
    try:
        if action == "comment":
            incident_comment(
                actor=actor, incident_id=known, asked={"text": _text(sent, "text")}
            )
        elif action == "assign":
            names = {role: _text(sent, role) for role in ROLES if role in sent}
            incident_assign(actor=actor, incident_id=known, asked=names)
        else:
            asked = {"comment": _text(sent, "comment")}
            incident_act(actor=actor, incident_id=known, action=action, asked=asked)  # type: ignore[arg-type]
    except NotFound:
        raise
    except IroncladError as error:
        answer = _incident(request, known, problem=error.message)
        answer.status_code = error.status
        return answer
    return redirect("console:incident", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def post_mortem(request: HttpRequest, number: str) -> HttpResponse:
    known, sent = int(number), request.POST
    if request.method == "POST":
        asked: dict[str, object] = {name: _text(sent, name) for name in SECTIONS}
        asked["published"] = "publish" in sent
        version = str(sent.get("version", ""))
        expected = int(version) if version.isascii() and version.isdigit() else None
        try:
            sheet_write(
                actor=actor_of(request),
                incident_id=known,
                asked=asked,
                expected_version=expected,
            )
        except (FieldsInvalid, PreconditionFailed) as error:
            answer = _sheet(request, known, written=asked, problem=error.message)
            answer.status_code = error.status
            return answer
        return redirect("console:post-mortem", number=number)
    if request.GET.get("format") == "markdown":
        return HttpResponse(
            sheet_markdown(sheet_get(known)),
            content_type="text/markdown; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="incident-{known}.md"'
            },
        )
    return _sheet(request, known)


@require_POST
@signed_in_page
def action_new(request: HttpRequest, number: str) -> HttpResponse:
    sent = request.POST
    asked: dict[str, object] = {n: _text(sent, n) for n in ("text", "owner")}
    if sent.get("dueOn"):
        asked["dueOn"] = _text(sent, "dueOn")
    try:
        action_add(actor=actor_of(request), incident_id=int(number), asked=asked)
    except FieldsInvalid as error:
        answer = _sheet(request, int(number), problem=error.message)
        answer.status_code = error.status
        return answer
    return redirect("console:post-mortem", number=number)


@require_POST
@signed_in_page
def action_change(request: HttpRequest, number: str, item: str) -> HttpResponse:
    done = "done" in request.POST
    action_settle(actor=actor_of(request), action_id=int(item), done=done)
    return redirect("console:post-mortem", number=number)


def _sheet(
    request: HttpRequest,
    number: int,
    *,
    written: Mapping[str, object] | None = None,
    problem: str = "",
) -> HttpResponse:
    """The post-mortem's page; `written` is what was sent and not stored."""
    sheet = sheet_get(number)
    texts = dict(sheet.sections) | {
        name: str(value) for name, value in (written or {}).items() if name in SECTIONS
    }
    sections = [
        (name, words.section_word(name), texts[name], html(texts[name]))
        for name in SECTIONS
    ]
    return _show(
        request, "post_mortem", sheet=sheet, sections=sections, problem=problem
    )


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
        return _csv("sla", head, table)
    now = database_now()
    return _show(
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
    return _show(request, "runbooks", books=list(runbooks().values()))


@require_safe
@signed_in_page
def runbook_page(request: HttpRequest, name: str) -> HttpResponse:
    return _show(request, "runbook", book=runbook(name))


def _incident(request: HttpRequest, number: int, *, problem: str = "") -> HttpResponse:
    row: Incident = incident_get(number)
    whole = incident_whole(row, database_now())
    books = [runbook(name) for name in whole.runbooks if name in runbooks()]
    return _show(request, "incident", incident=whole, books=books, problem=problem)


def _page(text: str) -> int:
    """A page's number from 1 on; whatever is none is the first."""
    readable = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return max(1, int(text)) if readable else 1


def _text(sent: Mapping[str, object], name: str) -> str:
    """A field as browsers send it: with line ends of their own."""
    return str(sent.get(name, "")).replace("\r\n", "\n")


def _show(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    current = {
        "incident": "incidents",
        "post_mortem": "incidents",
        "runbook": "runbooks",
    }.get(name, name)
    context |= {"config": paper(request), "role": role_of(request.user)}
    context["current"] = current
    context["scale"] = context["config"]["scale"]  # type: ignore[index]
    return render(request, f"console/{name}.html", context)


def _csv(
    name: str, head: Iterable[str], rows: Iterable[Iterable[object]]
) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="ironclad-{name}.csv"'},
    )


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text

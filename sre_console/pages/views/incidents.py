"""Incidents and their post-mortems: pages made here, kept fresh by their script."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from ironclad.errors import (
    Conflict,
    FieldsInvalid,
    IroncladError,
    NotFound,
    PreconditionFailed,
)
from sre_console.access.checks import access_check
from sre_console.accounts.actors import actor_of
from sre_console.chaos.rows import database_now
from sre_console.gamedays.outcome.links import game_day_of
from sre_console.incidents.checklist import step_tick
from sre_console.incidents.figures import figures_read
from sre_console.incidents.lifecycle import STATES
from sre_console.incidents.listing import FILTERS, incident_list
from sre_console.incidents.post_mortems import (
    SECTIONS,
    action_add,
    action_settle,
    sheet_get,
    sheet_markdown,
    sheet_write,
)
from sre_console.incidents.selectors import incident_bare, incident_get
from sre_console.incidents.services import (
    ROLES,
    incident_act,
    incident_assign,
    incident_comment,
)
from sre_console.incidents.severity import SEVERITIES
from sre_console.models import Incident
from sre_console.pages import incident_words as words
from sre_console.pages.access import data, signed_in_page
from sre_console.pages.incident_models import (
    incident_row,
    incident_whole,
    severity_mark,
    state_mark,
)
from sre_console.pages.runbooks import html, runbook_html
from sre_console.pages.tables import Column, address, heads, order_read
from sre_console.pages.views.papers import (
    CSV_MOST,
    as_csv,
    asked_of,
    page_number,
    sent_text,
    show,
)

A_PAGE = 50  # incidents
_LONGEST = 18  # digits of a version


def _columns() -> list[Column]:
    return [
        Column(_("State"), "state"),
        Column(_("Severity"), "severity", down=True),
        Column(_("Incident"), "title"),
        Column(_("Service"), "service"),
        Column(_("Opened"), "openedAt", down=True),
        Column(_("Lasted"), "lasted", right=True, down=True),
        Column(_("Owner"), "owner"),
        Column(_("Alerts")),
    ]


@require_safe
@signed_in_page
def incidents(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request)
    order = order_read(asked, _columns())
    # the same as GET /api/incidents is asked for
    query = {name: asked[name] for name in FILTERS if name in asked}
    query |= {"ordering": str(order)} if order else {}
    found = incident_list(query)
    now = database_now()
    if asked.get("format") == "csv":
        head = ("id", "title", "service", "severity", "state", "exercise", "opened", "lasted", "alerts", "owner")  # fmt: skip
        rows = [incident_row(row, now) for row in found[: CSV_MOST + 1]]
        table = [
            (r.id, r.title, r.service, r.severity.word, r.state.word, r.exercise, r.opened,
             r.lasted, ", ".join(alert.name for alert in r.alerts), r.owner)
            for r in rows
        ]  # fmt: skip
        return as_csv("incidents", head, table)
    page = page_number(asked.get("page", ""))
    begin = (page - 1) * A_PAGE
    some = list(found[begin : begin + A_PAGE + 1])
    path = reverse("console:incidents")
    return show(
        request,
        "incidents",
        rows=[incident_row(row, now) for row in some[:A_PAGE]],
        heads=heads(_columns(), order, path, asked),
        asked=asked,
        filtered=any(name in asked for name in FILTERS),
        newer=address(path, {**asked, "page": page - 1}) if page > 1 else "",
        older=address(path, {**asked, "page": page + 1}) if len(some) > A_PAGE else "",
        csv=address(path, {**asked, "page": "", "format": "csv"}),
        curl=address("/api/incidents", query),
        states=[("unresolved", None), *((each, state_mark(each)) for each in STATES)],
        severities=[(each, severity_mark(each)) for each in SEVERITIES],
    )


@require_safe
@signed_in_page
def incident(request: HttpRequest, number: str) -> HttpResponse:
    return _incident(request, int(number))


@require_safe
@data
def series(request: HttpRequest, number: str) -> object:
    """The charts of one incident."""
    del request
    return figures_read(incident_bare(int(number)))


@require_POST
@signed_in_page
def incident_change(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """What a form on the page asks for; then back to the page, or told on it why not."""
    sent, actor = request.POST, actor_of(request)
    known = int(number)
    access_check(actor, "incidents.change")
    try:
        if action == "comment":
            incident_comment(
                actor=actor, incident_id=known, asked={"text": sent_text(sent, "text")}
            )
        elif action == "assign":
            names = {role: sent_text(sent, role) for role in ROLES if role in sent}
            incident_assign(actor=actor, incident_id=known, asked=names)
        elif action == "check":
            step_tick(
                actor=actor,
                incident_id=known,
                asked={
                    "runbook": sent_text(sent, "runbook"),
                    "step": sent_text(sent, "step"),
                    "done": "done" in sent,
                },
            )
        else:
            asked: dict[str, object] = {"comment": sent_text(sent, "comment")}
            if "clear" in sent:
                asked["clear"] = True
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
        asked: dict[str, object] = {name: sent_text(sent, name) for name in SECTIONS}
        asked["published"] = "publish" in sent
        actor = actor_of(request)
        access_check(actor, "incidents.change")
        try:
            sheet_write(
                actor=actor,
                incident_id=known,
                asked=asked,
                expected_version=_version(sent_text(sent, "version")),
            )
        except (Conflict, FieldsInvalid, PreconditionFailed) as error:
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
    asked: dict[str, object] = {n: sent_text(sent, n) for n in ("text", "owner")}
    if sent.get("dueOn"):
        asked["dueOn"] = sent_text(sent, "dueOn")
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
    action_settle(
        actor=actor_of(request),
        action_id=int(item),
        done=done,
        incident_id=int(number),
    )
    return redirect("console:post-mortem", number=number)


def _version(text: str) -> int:
    """What the form was made from: without it nobody would see what it overwrites."""
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST:
        return int(text)
    message = _(
        "This was sent without its version. See what is there now and save it again."
    )
    raise FieldsInvalid([("version", message)])


def _incident(request: HttpRequest, number: int, *, problem: str = "") -> HttpResponse:
    row: Incident = incident_get(number)
    whole = incident_whole(row, database_now())
    books = [(each.book, runbook_html(each.book.name)) for each in whole.checklist]
    return show(
        request,
        "incident",
        incident=whole,
        books=books,
        problem=problem,
        game_day=game_day_of(row),
    )


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
    return show(request, "post_mortem", sheet=sheet, sections=sections, problem=problem)

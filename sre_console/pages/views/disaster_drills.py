"""Disaster drills: what is due, the one that goes on with its runbook, and reports of those before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from ironclad.errors import IroncladError, NotFound, PermissionRefused
from sre_console.accounts.actors import actor_of
from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.gamedays.disaster.markdown import report_file
from sre_console.models import DisasterDrill
from sre_console.pages.access import signed_in_page
from sre_console.pages.disaster_drill_models import (
    drill_row,
    drill_section,
    drill_whole,
)
from sre_console.pages.tables import address
from sre_console.pages.views.papers import (
    CSV_MOST,
    as_csv,
    asked_of,
    page_number,
    sent_text,
    show,
)
from sre_console.recovery.drills import services
from sre_console.recovery.drills.listing import FILTERS, VERDICTS, drills_asked
from sre_console.recovery.drills.report import drill_over
from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.drills.selectors import drill_get
from sre_console.recovery.drills.stepping import step_change

A_PAGE = 25  # runs
_TEXTS = ("note", "at", "before", "after", "source")  # of a step, left out where empty
_DIGITS = 10
_CSV = (
    "number", "scenario", "state", "verdict", "reason", "started", "started by",
    "ended", "ended by", "struck", "served", "recovery seconds", "lost seconds",
    "audit subject",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def drills(request: HttpRequest) -> HttpResponse:
    """The scenarios and the history; POST starts one."""
    if request.method != "POST":
        return _list(request)
    asked = {name: sent_text(request.POST, name) for name in ("scenario", "reason")}
    try:
        row = services.drill_start(actor=actor_of(request), asked=asked)
    except IroncladError as error:
        return _list(request, error.message, error.status, asked)
    return redirect("console:disaster-drill", number=row.pk)


@require_safe
@signed_in_page
def drill(request: HttpRequest, number: str) -> HttpResponse:
    row = drill_get(int(number))
    if asked_of(request).get("format") == "markdown":
        name, body = report_file(drill_over(row))
        return HttpResponse(
            body,
            content_type="text/markdown; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    return _one(request, row)


@require_POST
@signed_in_page
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    asked: dict[str, object] = {
        each: text for each in _TEXTS if (text := sent_text(request.POST, each).strip())
    }
    asked["done"] = sent_text(request.POST, "done") == "1"
    if restore := sent_text(request.POST, "restore"):
        short = restore.isascii() and restore.isdigit() and len(restore) <= _DIGITS
        asked["restore"] = int(restore) if short else restore
    return _changed(
        request,
        number,
        lambda actor, row: step_change(actor=actor, number=row, key=name, asked=asked),
        anchor=f"#step-{name}",
        sent={**asked, "step": name},
    )


@require_POST
@signed_in_page
def change(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """`finish`, `abandon` and `lessons`."""
    name, does = _CHANGES[action]
    asked = {name: sent_text(request.POST, name)}
    return _changed(
        request, number, lambda actor, row: does(actor=actor, number=row, asked=asked)
    )


_CHANGES: dict[str, tuple[str, Callable[..., object]]] = {
    "finish": ("lessons", services.drill_finish),
    "abandon": ("reason", services.drill_abandon),
    "lessons": ("lessons", services.lessons_write),
}


def _changed(
    request: HttpRequest,
    number: str,
    work: Callable[[Actor, int], object],
    anchor: str = "",
    sent: Mapping[str, object] | None = None,
) -> HttpResponse:
    """What is refused is told on the drill's page, and stands there to be put right."""
    try:
        work(actor_of(request), int(number))
    except (NotFound, PermissionRefused):
        raise
    except IroncladError as error:
        row = drill_get(int(number))
        return _one(request, row, error.message, error.status, sent)
    return redirect(
        f"{reverse('console:disaster-drill', kwargs={'number': number})}{anchor}"
    )


def _one(
    request: HttpRequest,
    row: DisasterDrill,
    problem: str = "",
    status: int = 200,
    sent: Mapping[str, object] | None = None,
) -> HttpResponse:
    whole = drill_whole(row, database_now())
    name = "disaster_drill" if whole.running else "disaster_drill_over"
    answer = show(
        request, name, drill=whole, tab="drills", problem=problem, sent=sent or {}
    )
    answer.status_code = status
    return answer


def _list(
    request: HttpRequest,
    problem: str = "",
    status: int = 200,
    sent: dict[str, str] | None = None,
) -> HttpResponse:
    asked, path = asked_of(request), reverse("console:disaster-drills")
    query = {name: asked[name] for name in FILTERS if name in asked}
    found = drills_asked(query)
    if asked.get("format") == "csv":
        rows = islice(found.iterator(), CSV_MOST + 1)
        return as_csv("disaster-drills", _CSV, (_cells(row) for row in rows))
    page = page_number(asked.get("page", ""))
    begin = (page - 1) * A_PAGE
    some = list(found[begin : begin + A_PAGE + 1])
    answer = show(
        request,
        "disaster_drills",
        tab="drills",
        drills=drill_section(database_now()),
        rows=[drill_row(row) for row in some[:A_PAGE]],
        asked=asked,
        filtered=bool(query),
        scenarios=[(each.key, each.title) for each in SCENARIOS.values()],
        verdicts=[(each, _verdict(each)) for each in VERDICTS],
        newer=address(path, {**asked, "page": page - 1}) if page > 1 else "",
        older=address(path, {**asked, "page": page + 1}) if len(some) > A_PAGE else "",
        csv=address(path, {**asked, "page": "", "format": "csv"}),
        curl=address("/api/recovery/drills", query),
        problem=problem,
        sent=sent or {},
    )
    answer.status_code = status
    return answer


def _verdict(word: str) -> str:
    return {"passed": _("passed"), "failed": _("failed")}[word]


def _cells(row: DisasterDrill) -> tuple[object, ...]:
    moments = (row.ended_at, row.struck_at, row.served_at)
    ended, struck, served = (at and at.isoformat() for at in moments)
    return (
        row.pk, row.scenario, row.state, row.verdict, row.reason,
        row.started_at.isoformat(), row.started_by, ended, row.ended_by, struck, served,
        row.recovery_seconds, row.lost_seconds, f"disaster drill {row.pk}",
    )  # fmt: skip

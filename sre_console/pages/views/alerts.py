"""Alerts, and the silences of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from ironclad.errors import (
    FieldsInvalid,
)
from sre_console.accounts.actors import actor_of
from sre_console.chaos.rows import database_now
from sre_console.incidents.selectors import notifications_dead
from sre_console.incidents.severity import SEVERITIES
from sre_console.incidents.silences import silence_create, silence_end
from sre_console.pages.access import signed_in_page
from sre_console.pages.alert_table import (
    FILTERS,
    STATES,
    alert_lines,
    alerts_chosen,
    columns,
)
from sre_console.pages.incident_models import (
    alert_row,
    severity_mark,
    silence_rows,
    state_mark,
)
from sre_console.pages.tables import address, heads, order_read
from sre_console.pages.views.papers import as_csv, asked_of, sent_text, show

_LONGEST = 5  # digits of a number of minutes


@require_safe
@signed_in_page
def alerts(request: HttpRequest) -> HttpResponse:
    asked = dict(asked_of(request))
    # The link beside a rule fills the form.
    typed = {"alert": asked.pop("silence", ""), "slo": asked.pop("of", "")}
    if asked.get("format") != "csv":
        return _alerts(request, asked, typed=typed)
    head = ("alert", "slo", "severity", "state", "value", "threshold", "since")
    order = order_read(asked, columns())
    rows = map(alert_row, alerts_chosen(alert_lines(), asked, order))
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
    return as_csv("alerts", head, table)


def _alerts(
    request: HttpRequest,
    asked: Mapping[str, str],
    *,
    typed: Mapping[str, object],
    problem: str = "",
) -> HttpResponse:
    """`typed` is what the silence's form holds, `problem` what is wrong with it."""
    order = order_read(asked, columns())
    lines = alert_lines()
    path = reverse("console:alerts")
    return show(
        request,
        "alerts",
        rows=[alert_row(line) for line in alerts_chosen(lines, asked, order)],
        heads=heads(columns(), order, path, asked),
        total=len(lines),
        firing=sum(line.row.state == "firing" for line in lines),
        asked=asked,
        filtered=any(name in asked for name in FILTERS),
        states=[(each, state_mark(each)) for each in STATES],
        severities=[(each, severity_mark(each)) for each in SEVERITIES],
        csv=address(path, {**asked, "format": "csv"}),
        silences=silence_rows(database_now()),
        names=sorted({line.rule.name for line in lines}),
        slos=sorted({line.rule.slo for line in lines if line.rule.slo}),
        dead=notifications_dead(),
        typed=typed,
        problem=problem,
    )


@require_POST
@signed_in_page
def silence_new(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    minutes = sent_text(sent, "minutes").strip()
    readable = minutes.isascii() and minutes.isdigit() and len(minutes) <= _LONGEST
    asked: dict[str, object] = {
        "alert": sent_text(sent, "alert"),
        "slo": sent_text(sent, "slo"),
        "maintenance": "maintenance" in sent,
        "seconds": int(minutes) * 60 if readable else 0,
        "reason": sent_text(sent, "reason"),
    }
    try:
        silence_create(actor=actor_of(request), asked=asked)
    except FieldsInvalid as error:
        told = "; ".join(message for _field, message in error.problems)
        typed = {**asked, "minutes": minutes}
        answer = _alerts(request, {}, typed=typed, problem=told)
        answer.status_code = error.status
        return answer
    return redirect("console:alerts")


@require_POST
@signed_in_page
def silence_over(request: HttpRequest, number: str) -> HttpResponse:
    silence_end(actor=actor_of(request), silence_id=int(number))
    return redirect("console:alerts")

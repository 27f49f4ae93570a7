"""Alerts, and the silences of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from ironclad.errors import (
    FieldsInvalid,
)
from sre_console.accounts.actors import actor_of
from sre_console.chaos.rows import database_now
from sre_console.incidents.silences import silence_create, silence_end
from sre_console.pages.access import signed_in_page
from sre_console.pages.incident_models import (
    AlertRow,
    alert_rows,
    silence_rows,
)
from sre_console.pages.views.papers import as_csv, sent_text, show

_LONGEST = 5  # digits of a number of minutes


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
        return as_csv("alerts", head, table)
    return _alerts(request, rows)


def _alerts(
    request: HttpRequest, rows: list[AlertRow], *, problem: str = ""
) -> HttpResponse:
    return show(
        request,
        "alerts",
        rows=rows,
        firing=sum(row.firing for row in rows),
        silences=silence_rows(database_now()),
        names=sorted({row.name for row in rows}),
        slos=sorted({row.slo for row in rows if row.slo}),
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
        answer = _alerts(request, alert_rows(), problem=told)
        answer.status_code = error.status
        return answer
    return redirect("console:alerts")


@require_POST
@signed_in_page
def silence_over(request: HttpRequest, number: str) -> HttpResponse:
    silence_end(actor=actor_of(request), silence_id=int(number))
    return redirect("console:alerts")

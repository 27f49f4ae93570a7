"""What the pages that are made here share: how they are shown, and their tables as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ironclad.spreadsheet import cell
from sre_console.accounts.roles import role_of
from sre_console.pages.view_models import console_config

# Pages that stand under another one's name in the top bar.
_UNDER = {
    "access": "audit",
    "changes": "audit",
    "decision": "audit",
    "decisions": "audit",
    "disaster_drill": "recovery",
    "disaster_drill_over": "recovery",
    "disaster_drills": "recovery",
    "evidence": "audit",
    "game_day": "game_days",
    "game_day_compare": "game_days",
    "game_day_replay": "game_days",
    "game_days/report": "game_days",
    "governance": "audit",
    "incident": "incidents",
    "injections": "audit",
    "lesson": "tour",
    "notifications": "alerts",
    "person": "people",
    "policy": "audit",
    "post_mortem": "incidents",
    "recovery_backups": "recovery",
    "recovery_restore": "recovery",
    "recovery_restores": "recovery",
    "runbook": "runbooks",
    "scenario": "game_days",
    "scenario_write": "game_days",
}
CSV_MOST = 10_000  # rows
_LONGEST = 5  # digits of a page's number


def show(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    config = console_config(request)
    context |= {"config": config, "role": role_of(request.user)}
    context |= {"scale": config["scale"], "current": _UNDER.get(name, name)}
    return render(request, f"console/{name}.html", context)


def asked_of(request: HttpRequest) -> dict[str, str]:
    """The parameters of the address; a field that was left empty asks for nothing."""
    return {name: str(value) for name, value in request.GET.items() if value}


def as_csv(
    name: str, head: Iterable[str], rows: Iterable[Iterable[object]]
) -> HttpResponse:
    """At most CSV_MOST rows; where there are more the last one says so."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    left = iter(rows)
    for row in islice(left, CSV_MOST):
        writer.writerow([cell(value) for value in row])
    if next(left, None) is not None:
        said = _("Cut after {n} rows: filter to see the others.")
        writer.writerow([said.format(n=CSV_MOST)])
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="ironclad-{name}.csv"'},
    )


def as_json_lines(name: str, lines: Iterable[str]) -> HttpResponse:
    """One object a line; at most CSV_MOST, the last one says so where there are more."""
    left = iter(lines)
    kept = list(islice(left, CSV_MOST))
    if next(left, None) is not None:
        kept.append(json.dumps({"cut": CSV_MOST}))
    return HttpResponse(
        "".join(f"{line}\n" for line in kept),
        content_type="application/x-ndjson",
        headers={
            "Content-Disposition": f'attachment; filename="ironclad-{name}.jsonl"'
        },
    )


def sent_text(sent: Mapping[str, object], name: str) -> str:
    """A field as browsers send it: with line ends of their own."""
    return str(sent.get(name, "")).replace("\r\n", "\n")


def confirm_sent(sent: Mapping[str, object]) -> str | None:
    """The environment's name as somebody has typed it; None: the field was left empty."""
    return sent_text(sent, "confirm").strip() or None


def page_number(text: str) -> int:
    """A page's number from 1 on; whatever is none is the first."""
    readable = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return max(1, int(text)) if readable else 1

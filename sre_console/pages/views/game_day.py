"""One run of a scenario: its page while it goes on, and its record afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ironclad.errors import IroncladError, NotFound
from sre_console.access.checks import access_check
from sre_console.accounts.actors import actor_of
from sre_console.chaos.asked import reason_taken
from sre_console.chaos.rows import database_now
from sre_console.gamedays.outcome.figures import figures_read
from sre_console.gamedays.running.services import game_day_approve, game_day_find
from sre_console.gamedays.running.stopping import game_day_stop
from sre_console.gamedays.telling.learning import (
    action_item_add,
    action_item_change,
    lesson_write,
)
from sre_console.models import GameDay
from sre_console.pages.access import data, signed_in_page
from sre_console.pages.game_day_compare import Row, at_the_end, so_far
from sre_console.pages.game_day_models import (
    Run,
    checks_note,
    event_lines,
    moment,
    people_of,
    run_of,
)
from sre_console.pages.game_day_progress import run_json, secret
from sre_console.pages.game_day_record import Record, figures_of, record_of
from sre_console.pages.views.papers import sent_text, show

_MOST = 200  # lines of what happened


@require_safe
@signed_in_page
def game_day(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, int(number))


@require_safe
@data
def state(request: HttpRequest, number: str) -> object:
    """What moves each second; the page reads its parts again when `revision` changes."""
    del request
    row = game_day_find(int(number))
    day = run_json(row)
    run = run_of(day)
    steps: Sequence[Mapping[str, Any]] = day["steps"]
    return {
        "revision": _revision(row, day),
        "over": run.over,
        "at": database_now().timestamp(),
        "startedAt": _epoch(day["startedAt"]),
        "endsAt": _epoch(day.get("endsAt")),
        "stepBeganAt": _epoch(day.get("stepBeganAt")),
        "stepEndsAt": _epoch(day.get("stepEndsAt")),
        "got": {check["id"]: check.get("got") for check in day["checks"]},
        "figures": _figures(run, day, so_far(day)),
        "said": _said(run, steps),
    }


@require_safe
@data
def figures(request: HttpRequest, number: str) -> object:
    """Its charts: as they were kept, or up to now."""
    del request
    row = game_day_find(int(number))
    if secret(row):
        raise NotFound
    return figures_read(row)


# Asked before it is looked whether there is such a game day.
_ASKED = {
    "approve": "game_days.approve",
    "stop": "game_days.stop",
    "lessons": "game_days.learn",
    "actions": "game_days.learn",
}


@require_POST
@signed_in_page
def game_day_change(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """What a form on the page asks for; then back to the page, or told on it why not."""
    sent, actor, known = request.POST, actor_of(request), int(number)
    access_check(actor, _ASKED[action])
    try:
        if action == "approve":
            game_day_approve(actor=actor, number=known)
        elif action == "stop":
            # whatever is sent with a stop, nothing of it is in the way
            reason = reason_taken({"reason": sent_text(sent, "reason")})
            game_day_stop(actor=actor, number=known, reason=reason)
        elif action == "lessons":
            lesson_write(
                actor=actor,
                game_day_id=known,
                asked={"text": sent_text(sent, "lessons")},
            )
        else:
            asked: dict[str, object] = {
                n: sent_text(sent, n) for n in ("text", "owner")
            }
            asked |= {"dueOn": sent_text(sent, "dueOn")} if sent.get("dueOn") else {}
            action_item_add(actor=actor, game_day_id=known, asked=asked)
    except NotFound:
        raise
    except IroncladError as error:
        answer = _page(request, known, problem=error.message)
        answer.status_code = error.status
        return answer
    return redirect("console:game-day", number=number)


@require_POST
@signed_in_page
def action_change(request: HttpRequest, number: str, item: str) -> HttpResponse:
    action_item_change(
        actor=actor_of(request),
        game_day_id=int(number),
        action_id=int(item),
        asked={"done": "done" in request.POST},
    )
    return redirect("console:game-day", number=number)


def _page(request: HttpRequest, number: int, *, problem: str = "") -> HttpResponse:
    row = game_day_find(number)
    day = run_json(row)
    run = run_of(day)
    told = row.events.exclude(kind="note")  # the notes have a panel of their own
    if secret(row):
        told = told.filter(kind__in=("created", "started", "joined"))
    events = list(told.order_by("-at", "-id")[:_MOST])
    count = told.count() if len(events) == _MOST else len(events)
    record: Record | None = record_of(row, day, database_now()) if run.over else None
    compare = at_the_end(day) if run.over else so_far(day)
    return show(
        request,
        "game_day",
        run=run,
        record=record,
        compare=compare,
        facts=figures_of(run, day),
        figures=_figures(run, day, compare),
        events=event_lines(events, day),
        events_left_out=count - len(events),
        people=people_of(row.events.filter(kind="joined").order_by("at")[:_MOST]),
        revision=_revision(row, day),
        state_url=f"/console/game-days/{number}/state",
        curl=f"/api/game-days/{number}",
        secret=secret(row),
        problem=problem,
    )


def _figures(run: Run, day: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, str]:
    """Texts by the `data-figure` that they stand in."""
    del day
    found = {
        "checks": _("{n} of {all}").format(n=run.checks_passed, all=run.checks_all),
        "checksNote": checks_note(run),
        "spends": run.spends,
    }
    for row in rows:
        found[f"{row.key}-forecast"] = row.forecast
        found[f"{row.key}-measured"] = row.measured
    return found


def _said(run: Run, steps: Sequence[Mapping[str, Any]]) -> str:
    """What a screen reader is told when it changes: a step, and the verdict."""
    if run.over:
        return _("The game day is over: {verdict}.").format(verdict=run.mark.word)
    if not run.step:
        return ""
    title = run.steps[run.step - 1].title
    said = _("Step {n} of {all}: {title}")
    return said.format(n=run.step, all=len(steps), title=title)


def _revision(row: GameDay, day: Mapping[str, Any]) -> str:
    """Changes with whatever the page's parts say, but not with each second."""
    newest = row.events.order_by("-id").values_list("id", flat=True).first()
    parts = (
        day["state"], day["verdict"], day["step"], newest,
        [check["state"] for check in day["checks"]],
    )  # fmt: skip
    text = json.dumps(parts).encode()
    return hashlib.sha256(text).hexdigest()[:16]


def _epoch(text: object) -> float | None:
    found = moment(text)
    return None if found is None else found.timestamp()

"""One scenario: what it will do, and its start."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from ironclad.errors import IroncladError, NotFound
from sre_console.access.matrix import permitted
from sre_console.accounts.actors import actor_of
from sre_console.chaos.rows import database_now
from sre_console.gamedays.running.asked import reason_asked
from sre_console.gamedays.running.services import (
    SPEED_LEAST,
    SPEED_MOST,
    game_day_start,
)
from sre_console.gamedays.scenarios.library import Shelved, scenario_find
from sre_console.gamedays.telling.listing import game_day_list
from sre_console.gamedays.telling.outlook import outlook_of
from sre_console.pages import game_day_words as words
from sre_console.pages.access import signed_in_page
from sre_console.pages.environment import question
from sre_console.pages.forecast_curve import curve_of
from sre_console.pages.game_day_library import history_row, trend_marks
from sre_console.pages.scenario_bounds import bounds_of
from sre_console.pages.scenario_models import foretold_of, sheet_of
from sre_console.pages.views.game_days import origin_word
from sre_console.pages.views.papers import confirm_sent, sent_text, show
from sre_console.pages.views.scenario_source import writing

_RUNS = 10


@require_safe
@signed_in_page
def scenario(request: HttpRequest, name: str) -> HttpResponse:
    return _page(request, name, {key: str(text) for key, text in request.GET.items()})


@require_POST
@signed_in_page
def scenario_start(request: HttpRequest, name: str) -> HttpResponse:
    """Start it and go to its run; a refusal is told on this page with its numbers."""
    sent = request.POST
    try:
        row = game_day_start(
            actor=actor_of(request),
            scenario=name,
            seed=sent_text(sent, "seed").strip(),
            speed=sent_text(sent, "speed").strip() or 1,
            unattended="unattended" in sent,
            reason=reason_asked({"reason": sent_text(sent, "reason")}),
            confirm=confirm_sent(sent),
        )
    except NotFound:
        raise
    except IroncladError as error:
        asked = {key: sent_text(sent, key) for key in sent}
        answer = _page(request, name, asked, refused=error.message)
        answer.status_code = error.status
        return answer
    return redirect("console:game-day", number=str(row.pk))


def _page(
    request: HttpRequest, name: str, asked: Mapping[str, str], *, refused: str = ""
) -> HttpResponse:
    shelved = scenario_find(name)
    if shelved.scenario is None:
        return _unreadable(request, shelved)
    found, speed = shelved.scenario, _speed(asked.get("speed", ""))
    outlook = outlook_of(found, actor=actor_of(request), speed=speed)
    forecast = outlook.forecast.json()
    hot = [
        bool((step.fault and step.fault.active) or step.ramp) for step in found.steps
    ]
    runs = list(game_day_list({"scenario": name})[:_RUNS])
    over = [row.pk for row in runs if row.settled]
    may = permitted("game_days.start", actor_of(request).role)  # a viewer knows why not
    sent = "reason" in asked  # a form that was sent has it, even empty
    return show(
        request,
        "scenario",
        sheet=sheet_of(found, speed=speed),
        foretold=foretold_of(forecast, found),
        curve=curve_of(forecast, hot=hot, percent=words.percent, clock=words.clock),
        worst=outlook.forecast.worst,
        outlook=outlook,
        bounds=list(bounds_of(outlook)),
        refusals=[each.message for each in outlook.refusals] if may else [],
        blast=words.percent(outlook.blast, 0),
        approval_above=words.percent(settings.CHAOS_APPROVAL_ABOVE, 0),
        confirm=question(outlook.blast),
        options={
            "speed": f"{speed:g}",
            "seed": asked.get("seed", ""),
            "reason": asked.get("reason", ""),
            "unattended": "unattended" in asked or not sent,
        },
        runs=[history_row(row, database_now()) for row in runs],
        trend=trend_marks(runs),
        pair=(over[1], over[0]) if len(over) > 1 else None,
        origin=origin_word(shelved),
        body=json.dumps(
            {"scenario": name, "speed": speed, "reason": asked.get("reason", "")}
            | ({"confirm": outlook.confirm} if outlook.confirm else {})
        ),
        refused=refused,
        dry="dry" in asked,
    )


def _speed(text: str) -> float:
    """What is asked for, within its bounds; 1 where that is no number."""
    try:
        asked = float(text or 1)
    except ValueError:
        return 1.0
    return min(max(asked, SPEED_LEAST), SPEED_MOST) if asked == asked else 1.0  # noqa: PLR0124 - not a nan


def _unreadable(request: HttpRequest, shelved: Shelved) -> HttpResponse:
    """One that was stored by an older release, say: shown as what is to be mended."""
    assert shelved.invalid is not None  # noqa: S101 - or there were a scenario
    return writing(request, shelved.source, invalid=shelved.invalid)

"""The library of scenarios, what runs now, and the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ironclad.errors import IroncladError
from sre_console.accounts.actors import actor_of
from sre_console.chaos.rows import database_now
from sre_console.gamedays.forecast.foretelling import forecast_of
from sre_console.gamedays.running.asked import reason_asked
from sre_console.gamedays.running.block import block_read, block_release
from sre_console.gamedays.scenarios.library import (
    Shelved,
    scenario_find,
    scenarios_read,
)
from sre_console.gamedays.telling.listing import FILTERS, game_day_list
from sre_console.gamedays.telling.wording import text
from sre_console.models import GameDay
from sre_console.models.gamedays import STATES
from sre_console.pages import game_day_words as words
from sre_console.pages.access import data, signed_in_page
from sre_console.pages.foretold_cache import ForetoldCache
from sre_console.pages.game_day_library import (
    Card,
    forecast_figures,
    history_columns,
    history_row,
    in_a_line,
    trend_marks,
)
from sre_console.pages.incident_words import DASH, lasted
from sre_console.pages.tables import address, heads, order_read
from sre_console.pages.views.papers import (
    CSV_MOST,
    as_csv,
    asked_of,
    page_number,
    sent_text,
    show,
)

A_PAGE = 25  # runs
_RUNS = 500  # newest ones, that cards tell of


@require_safe
@signed_in_page
def game_days(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@signed_in_page
def release(request: HttpRequest) -> HttpResponse:
    """Let game days start again after STOP ALL."""
    try:
        reason = reason_asked({"reason": sent_text(request.POST, "reason")})
        block_release(actor=actor_of(request), reason=reason)
    except IroncladError as error:
        answer = _page(request, problem=error.message)
        answer.status_code = error.status
        return answer
    return redirect("console:game-days")


def _page(request: HttpRequest, problem: str = "") -> HttpResponse:
    asked = asked_of(request)
    columns = history_columns()
    order = order_read(asked, columns)
    query = {name: asked[name] for name in FILTERS if name in asked}
    query |= {"ordering": str(order)} if order else {}
    found, now = game_day_list(query), database_now()
    if asked.get("format") == "csv":
        head = ("id", "scenario", "title", "state", "verdict", "began", "lasted", "checks", "budget spent", "started by")  # fmt: skip
        lines = (history_row(row, now) for row in found[: CSV_MOST + 1])
        return as_csv(
            "game-days",
            head,
            ((r.id, r.scenario, r.title, r.state, r.verdict, r.began, r.lasted,
              r.checks, r.spent, r.by) for r in lines),
        )  # fmt: skip
    number = page_number(asked.get("page", ""))
    begin = (number - 1) * A_PAGE
    some = list(found[begin : begin + A_PAGE + 1])
    path, block = reverse("console:game-days"), block_read()
    cards = _cards(scenarios_read())
    active = GameDay.objects.filter(state__in=("waiting", "running")).order_by("-id")
    took = None if block.stop_ms is None else _("{n} ms").format(n=round(block.stop_ms))
    return show(
        request,
        "game_days",
        cards=cards,
        running=[history_row(row, now) for row in active],
        held=block,
        held_took=took,
        rows=[history_row(row, now) for row in some[:A_PAGE]],
        heads=heads(columns, order, path, asked),
        asked=asked,
        filtered=any(name in asked for name in FILTERS),
        states=[(state, words.run_word(state)) for state in STATES],
        scenarios=[(card.name, card.title) for card in cards],
        newer=address(path, {**asked, "page": number - 1}) if number > 1 else "",
        older=address(path, {**asked, "page": number + 1}) if len(some) > A_PAGE else "",
        csv=address(path, {**asked, "page": "", "format": "csv"}),
        curl=address("/api/game-days", query),
        problem=problem,
    )  # fmt: skip


def _cards(shelf: Iterable[Shelved]) -> list[Card]:
    runs: dict[str, list[GameDay]] = defaultdict(list)
    newest = GameDay.objects.order_by("-created_at").defer("figures", "document")
    for row in newest[:_RUNS]:
        runs[row.scenario].append(row)
    return [_card(shelved, runs[shelved.name]) for shelved in shelf]


def _card(shelved: Shelved, runs: list[GameDay]) -> Card:
    scenario, trend = shelved.scenario, trend_marks(runs)
    known = _foretold.known(shelved.name, shelved.source) if scenario else {}
    spends, of, pages = forecast_figures(known)
    lasts = DASH
    if scenario:
        lasts = lasted(scenario.longest(scale=settings.CLOCK_SCALE))
    return Card(
        name=shelved.name,
        title=text(scenario.title) if scenario else shelved.name,
        what=in_a_line(text(scenario.description or scenario.hypothesis))
        if scenario
        else "",
        lasts=lasts,
        spends=spends,
        spends_of=of,
        pages=pages,
        foretold=known is not None,
        steps=len(scenario.steps) if scenario else 0,
        origin=origin_word(shelved),
        last=trend[-1].mark if trend else None,
        trend=trend,
        problem=str(shelved.invalid) if shelved.invalid else "",
    )


def _foretell(name: str) -> dict[str, Any]:
    scenario = scenario_find(name).scenario
    if scenario is None:
        return {}
    return forecast_of(scenario, speed=1.0, scale=settings.CLOCK_SCALE).json()


_foretold = ForetoldCache(_foretell)


@require_safe
@data
def forecasts(request: HttpRequest) -> object:
    """What each scenario costs, for cards that were shown without it."""
    del request
    return {
        shelved.name: dict(
            zip(
                ("spends", "spends-of", "pages"),
                forecast_figures(_foretold.of(shelved.name, shelved.source)),
                strict=True,
            )
        )
        for shelved in scenarios_read()
        if shelved.scenario
    }


def origin_word(shelved: Shelved) -> str:
    """Empty for those that ship with the service."""
    said = {"own": _("your own"), "imported": _("imported")}
    word = said.get(shelved.origin, "")
    if word and shelved.updated_by:
        return _("{origin}, by {name}").format(origin=word, name=shelved.updated_by)
    return word

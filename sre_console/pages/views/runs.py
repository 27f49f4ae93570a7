"""Past runs: two of them side by side, and one played again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ironclad.errors import ValidationFailed
from sre_console.gamedays.running.services import game_day_find
from sre_console.models import GameDay
from sre_console.pages.access import signed_in_page
from sre_console.pages.game_day_models import event_lines, run_of
from sre_console.pages.game_day_progress import run_json, secret
from sre_console.pages.game_day_versus import lines_of, pairs_of
from sre_console.pages.tables import address
from sre_console.pages.views.papers import asked_of, show

_CHOICE = 100  # runs that may be chosen
_LONGEST = 9  # digits of a run's number
_EVENTS = 1000  # lines that a replay tells


@require_safe
@signed_in_page
def compare(request: HttpRequest) -> HttpResponse:
    """`?a=` and `?b=` are runs; without them the newest two."""
    asked = asked_of(request)
    choice = list(
        GameDay.objects.filter(settled=True)
        .defer("figures", "document", "forecast")
        .order_by("-id")[:_CHOICE]
    )
    newest = [row.pk for row in choice]
    b = _number(asked, "b") or (newest[0] if newest else None)
    a = _number(asked, "a") or (newest[1] if len(newest) > 1 else b)
    if a is None or b is None or a == b:
        return show(request, "game_day_compare", choice=choice, both=None, a=a, b=b)
    rows = game_day_find(a), game_day_find(b)
    one, other = run_json(rows[0]), run_json(rows[1])
    runs = run_of(one), run_of(other)
    return show(
        request,
        "game_day_compare",
        choice=choice,
        a=a,
        b=b,
        both=runs,
        lines=lines_of(one, other, runs),
        pairs=pairs_of(one, other),
        charts=[
            (run, row.pk) for run, row in zip(runs, rows, strict=True) if row.figures
        ],
        swap=address(reverse("console:game-days-compare"), {"a": b, "b": a}),
    )


@require_safe
@signed_in_page
def replay(request: HttpRequest, number: str) -> HttpResponse:
    row = game_day_find(int(number))
    day = run_json(row)
    events = row.events.exclude(kind="joined").order_by("at", "id")[:_EVENTS]
    outcome = row.outcome or {}
    return show(
        request,
        "game_day_replay",
        run=run_of(day),
        events=event_lines(events, day),
        kept=bool(row.figures) and not secret(row),
        spent=outcome.get("budgetSpentRatio"),
        began=row.started_at and row.started_at.timestamp(),
    )


def _number(asked: dict[str, str], name: str) -> int | None:
    text = asked.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        message = _("{name} must be the number of a game day.").format(name=name)
        raise ValidationFailed(message, field=name)
    return int(text)

"""The drill: a hidden fault to find, and what the drills before came to."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from ironclad.errors import FieldsInvalid, IroncladError, NotFound
from sre_console.accounts.actors import actor_of
from sre_console.chaos.rows import database_now
from sre_console.gamedays.drill.scenario import LIMITS
from sre_console.gamedays.drill.selectors import drill_find, drill_now, drills_over
from sre_console.gamedays.drill.services import (
    drill_diagnose,
    drill_give_up,
    drill_start,
)
from sre_console.gamedays.running.services import WIDEST
from sre_console.gamedays.telling.concealing import hidden
from sre_console.pages.access import signed_in_page
from sre_console.pages.drill_models import over, running
from sre_console.pages.drill_words import amounts, bounds_rows, whats, whiches
from sre_console.pages.environment import question
from sre_console.pages.tour_words import span
from sre_console.pages.views.papers import confirm_sent, sent_text, show

_NAMES = ("what", "amount", "which")


@require_safe
@signed_in_page
def drill(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_safe
@signed_in_page
def drill_over(request: HttpRequest, number: str) -> HttpResponse:
    """One that is over; while it goes on there is nothing to see here."""
    row = drill_find(int(number))
    if hidden(row):
        return redirect("console:drill")
    return show(request, "drill_over", drill=over(row), current="drill")


@require_POST
@signed_in_page
def start(request: HttpRequest) -> HttpResponse:
    text = sent_text(request.POST, "limit")
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else text  # noqa: PLR2004 - digits
    try:
        confirm = confirm_sent(request.POST)
        drill_start(actor=actor_of(request), limit=limit, confirm=confirm)
    except IroncladError as error:
        return _page(request, error.message, error.status)
    return redirect("console:drill")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def change(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """What is refused is told at this address; who reads it again is led back to the drill."""
    if request.method != "POST":
        return redirect("console:drill")
    actor, which = actor_of(request), int(number)
    said = {name: sent_text(request.POST, name) for name in _NAMES}
    try:
        if action == "give-up":
            drill_give_up(actor=actor, number=which)
            return redirect("console:drill-over", number=which)
        judgement = drill_diagnose(actor=actor, number=which, asked=said)
    except NotFound:
        raise
    except FieldsInvalid as error:
        told = gettext("Choose what is wrong, how much of it, and which requests.")
        return _page(request, told, error.status, said)
    except IroncladError as error:
        return _page(request, error.message, error.status, said)
    if judgement.right:
        return redirect("console:drill-over", number=which)
    return redirect("console:drill")


def _page(
    request: HttpRequest,
    problem: str = "",
    status: int = 200,
    said: dict[str, str] | None = None,
) -> HttpResponse:
    row = drill_now()
    answer = show(
        request,
        "drill",
        drill=None if row is None else running(row, database_now()),
        past=[] if row else [over(each) for each in drills_over()],
        limits=[(each, span(each)) for each in LIMITS],
        whats=whats(),
        amounts=amounts(),
        whiches=whiches(),
        bounds=bounds_rows(),
        said=said or {},
        allowed=settings.CHAOS_ALLOWED,
        confirm=question(WIDEST),
        problem=problem,
    )
    answer.status_code = status
    return answer

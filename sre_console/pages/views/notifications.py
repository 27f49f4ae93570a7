"""What was told to whom, what could not be, and what was held back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ironclad.errors import Conflict
from sre_console.accounts.actors import actor_of
from sre_console.incidents.outbox import notification_retry
from sre_console.incidents.selectors import (
    TOLD_ASKED,
    notification_list,
)
from sre_console.pages.access import signed_in_page
from sre_console.pages.notification_models import choices, notification_row
from sre_console.pages.views.papers import CSV_MOST, as_csv, page_number, show

A_PAGE = 50  # notifications


@require_safe
@signed_in_page
def notifications(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format") == "csv":
        head = ("id", "state", "kind", "incident", "title", "channel", "place", "attempts", "at", "delivered", "problem")  # fmt: skip
        rows = map(notification_row, notification_list(_asked(request))[: CSV_MOST + 1])
        table = [
            (r.id, r.state.word, r.kind, r.incident, r.title, r.channel, r.place,
             r.attempts, r.at, r.delivered, r.problem)
            for r in rows
        ]  # fmt: skip
        return as_csv("notifications", head, table)
    return _notifications(request)


@require_POST
@signed_in_page
def notification_again(request: HttpRequest, number: str) -> HttpResponse:
    """Back to the same filters; or told there why not."""
    try:
        notification_retry(actor=actor_of(request), number=int(number))
    except Conflict as error:
        answer = _notifications(request, problem=error.message)
        answer.status_code = error.status
        return answer
    query = urlencode(_asked(request))
    return redirect(f"{reverse('console:notifications')}{query and '?'}{query}")


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address that are not empty."""
    return {name: request.GET[name] for name in TOLD_ASKED if request.GET.get(name)}


def _notifications(request: HttpRequest, *, problem: str = "") -> HttpResponse:
    asked = _asked(request)
    page = page_number(request.GET.get("page", ""))
    begin = (page - 1) * A_PAGE
    some = list(notification_list(asked)[begin : begin + A_PAGE + 1])
    return show(
        request,
        "notifications",
        rows=[notification_row(row) for row in some[:A_PAGE]],
        asked=asked,
        query=urlencode(asked),
        page=page,
        more=len(some) > A_PAGE,
        choices=choices(),
        configured=bool(settings.ALERT_WEBHOOKS or settings.ALERT_EMAILS),
        most=settings.ALERT_RATE_MOST,
        problem=problem,
    )

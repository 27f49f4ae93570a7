"""Where a sign-in leads after each of its steps."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from ironclad.errors import RateLimited
from sre_console.accounts.known_browser import remember
from sre_console.accounts.signing_in import Step


def go_on(request: HttpRequest, step: Step, leads_on: str) -> HttpResponse:
    """To the page of the next step; after the last one to where the person wanted to go."""
    if step != "in":
        return redirect(f"console:sign-in-{step}")
    answer = redirect(leads_on or "console:live")
    known(request, answer)
    return answer


def known(request: HttpRequest, answer: HttpResponse) -> None:
    """The browser has signed somebody in: it is no stranger from now on."""
    assert isinstance(request.user, User)  # noqa: S101 - just signed in
    remember(answer, request, request.user)


def waiting_words(error: RateLimited) -> str:
    message = gettext("Too many tries. Wait %(seconds)s seconds, then try again.")
    return message % {"seconds": error.retry_after or 60}

"""The one-time sign-in link of the built-in profile."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from ironclad.errors import AuthenticationRequired, NotFound
from sre_console.accounts import services
from sre_console.pages.access import page
from sre_console.pages.rate_limits import sign_in_try
from sre_console.pages.sign_in_models import EnterPage
from sre_console.pages.sign_in_steps import go_on


@require_http_methods(["GET", "HEAD", "POST"])
@page
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows a button and uses nothing up: link previews and scanners only ever GET."""
    if not settings.BUILTIN:
        raise NotFound
    if request.method != "POST":
        role = services.sign_in_code_role(code)
        return _show(request, EnterPage(code=code, role=role))
    try:
        sign_in_try(request)
        step = services.sign_in_code_use(code, request)
    except AuthenticationRequired as error:
        message = gettext(
            "This link was used already, or is older than 10 minutes. Print a new one "
            "with `make sign-in-link`."
        )
        return _show(request, EnterPage(code="", error=message), error.status)
    return go_on(request, step, "")


def _show(request: HttpRequest, model: EnterPage, status: int = 200) -> HttpResponse:
    answer = render(request, "console/enter.html", {"page": model}, status=status)
    # The address holds the secret. Under `no-referrer` a browser posts the form with
    # "Origin: null", which the CSRF check rightly refuses; `strict-origin` names the
    # origin and never the path, to this server neither.
    answer["Referrer-Policy"] = "strict-origin"
    return answer

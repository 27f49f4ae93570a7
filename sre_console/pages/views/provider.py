"""Signing in through an identity provider: there, and back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from ironclad.errors import AuthenticationRequired, NotFound, RateLimited
from sre_console.accounts.oidc import configured, provider_begin, provider_sign_in
from sre_console.pages.access import page
from sre_console.pages.rate_limits import sign_in_try
from sre_console.pages.sign_in_models import SignInPage
from sre_console.pages.sign_in_steps import go_on, waiting_words
from sre_console.pages.views.sign_in import next_of, sign_in_form

_LONGEST = 4096  # characters of a parameter


@require_safe
@page
def provider(request: HttpRequest) -> HttpResponse:
    """To the provider. It changes nothing, so that a link may lead here."""
    if not configured():
        raise NotFound
    leads_on = next_of(request)
    try:
        sign_in_try(request)
        return redirect(provider_begin(request, leads_on=leads_on))
    except (AuthenticationRequired, RateLimited) as error:
        return _refused(request, error, leads_on)


@require_safe
@page
def back(request: HttpRequest) -> HttpResponse:
    """From the provider; the session's state says whether this browser had gone there."""
    if not configured():
        raise NotFound
    answered = {name: str(value)[:_LONGEST] for name, value in request.GET.items()}
    try:
        sign_in_try(request)
        step, leads_on = provider_sign_in(request, answered)
    except (AuthenticationRequired, RateLimited) as error:
        return _refused(request, error, "/console/live")
    # judged again: what stood in the session is sent somewhere else by this answer
    host = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(leads_on, host, request.is_secure())
    return go_on(request, step, leads_on if safe else "")


def _refused(
    request: HttpRequest, error: AuthenticationRequired | RateLimited, leads_on: str
) -> HttpResponse:
    words = waiting_words(error) if isinstance(error, RateLimited) else error.message
    model = SignInPage(next=leads_on, error=words)
    answer = sign_in_form(request, model, error.status)
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer

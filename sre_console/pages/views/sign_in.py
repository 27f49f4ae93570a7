"""Signing in with a password, and signing out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from ironclad.errors import (
    AuthenticationRequired,
    BulkheadFull,
    IroncladError,
    RateLimited,
)
from sre_console.accounts import services
from sre_console.accounts.signing_in import password_sign_in
from sre_console.pages.access import page
from sre_console.pages.rate_limits import sign_in_try
from sre_console.pages.sign_in_models import SignInPage
from sre_console.pages.sign_in_steps import go_on, waiting_words

_LONGEST_NAME = 150  # of Django's user names


def next_of(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this server, else the Live page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    # a word without a slash would be taken for the name of a view
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else reverse("console:live")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _try(request)
    leads_on = next_of(request)
    if not request.user.is_authenticated:
        return sign_in_form(request, SignInPage(next=leads_on))
    if not leads_on.startswith("/admin"):
        return redirect(leads_on)
    # The admin sends everyone it does not let in here: sending them back would never end.
    notice = gettext("You are signed in as %(name)s, who may not use the admin.")
    return sign_in_form(
        request,
        SignInPage(
            next=leads_on, notice=notice % {"name": request.user.get_username()}
        ),
    )


def _try(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("username", "")[:_LONGEST_NAME].strip()
    leads_on = next_of(request)
    try:
        sign_in_try(request, name)
        password = request.POST.get("password", "")
        step = password_sign_in(
            request, username=name, password=password, leads_on=leads_on
        )
    except RateLimited as error:
        return _refused(request, name, error, waiting_words(error))
    except (AuthenticationRequired, BulkheadFull) as error:
        return _refused(request, name, error, error.message)
    return go_on(request, step, leads_on)


def _refused(
    request: HttpRequest, name: str, error: IroncladError, message: str
) -> HttpResponse:
    answer = sign_in_form(
        request,
        SignInPage(next=next_of(request), name=name, error=message),
        status=error.status,
    )
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer


def sign_in_form(
    request: HttpRequest, model: SignInPage, status: int = 200
) -> HttpResponse:
    return render(request, "console/sign_in.html", {"page": model}, status=status)


@require_POST
@page
def sign_out(request: HttpRequest) -> HttpResponse:
    services.sign_out(request)
    return redirect("console:sign-in")


@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin's own sign-in page is not used: it knows neither limits nor audit."""
    leads_on = request.GET.get("next", reverse("admin:index"))
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': leads_on})}")


@require_safe
def admin_password(_request: HttpRequest) -> HttpResponse:
    """Nor is its page for one's own password: it ends no other session."""
    return redirect("console:account-password")

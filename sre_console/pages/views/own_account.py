"""One's own password and second factor."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ironclad.errors import (
    AuthenticationRequired,
    BulkheadFull,
    IroncladError,
    RateLimited,
    ValidationFailed,
)
from sre_console.accounts import own_second_factor as own
from sre_console.accounts.actors import actor_of
from sre_console.accounts.half_signed_in import session_of
from sre_console.accounts.known_browser import browser_of
from sre_console.accounts.passwords import password_change
from sre_console.accounts.policy import second_factor_required
from sre_console.accounts.roles import role_of
from sre_console.accounts.second_factor import (
    has_second_factor,
    qr_code,
    recovery_codes_left,
)
from sre_console.pages.access import page_for
from sre_console.pages.rate_limits import sign_in_try
from sre_console.pages.sign_in_models import (
    EnrolPage,
    NewPasswordPage,
    RecoveryCodesPage,
    SecondFactorPage,
    grouped,
)
from sre_console.pages.sign_in_steps import waiting_words
from sre_console.pages.views.sign_in_steps import new_password

_REFUSALS = (AuthenticationRequired, BulkheadFull, RateLimited, ValidationFailed)
_FACTOR = "/console/account/second-factor"


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the page is for those signed in
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@page_for("sessions.own")
def password(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    model = NewPasswordPage(exists=user.has_usable_password())
    if request.method != "POST" or not model.exists:
        return render(request, "console/new_password.html", {"page": model})
    try:
        sign_in_try(request, user.get_username())
        password_change(
            actor=actor_of(request),
            user=user,
            old=request.POST.get("old", ""),
            new=new_password(request),
            browser=browser_of(request, user),
            keep=session_of(request).digest,
        )
    except _REFUSALS as error:
        model = NewPasswordPage(error=_words(error))
        status = _status(error)
        return render(
            request, "console/new_password.html", {"page": model}, status=status
        )
    own.session_renew(request, user)
    model = NewPasswordPage(done=True)
    return render(request, "console/new_password.html", {"page": model})


@require_http_methods(["GET", "HEAD", "POST"])
@page_for("sessions.own")
def second_factor(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request)
    user = _person(request)
    does = request.POST.get("does", "")
    try:
        sign_in_try(request, user.get_username())
        code = request.POST.get("code", "")[:64]
        if does == "remove":
            own.remove(request, user, code=code)
            return redirect(_FACTOR)
        if does == "renew":
            codes = own.renew_codes(request, user, code=code)
        else:
            codes = own.confirm(request, user, code=code)
    except _REFUSALS as error:
        return _show(request, error=_words(error), status=_status(error))
    model = RecoveryCodesPage(codes=codes, leads_on=_FACTOR)
    return render(request, "console/recovery_codes.html", {"page": model})


def _show(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    user = _person(request)
    if has_second_factor(user):
        held = SecondFactorPage(
            codes_left=recovery_codes_left(user),
            required=second_factor_required(role_of(user)),
            error=error,
        )
        return render(
            request, "console/second_factor.html", {"page": held}, status=status
        )
    secret = own.enrolling_secret(request)
    model = EnrolPage(
        image=qr_code(secret, user),
        secret=grouped(secret),
        role=role_of(user),
        own=True,
        error=error,
    )
    return render(request, "console/enrol.html", {"page": model}, status=status)


def _words(error: IroncladError) -> str:
    return waiting_words(error) if isinstance(error, RateLimited) else error.message


def _status(error: IroncladError) -> int:
    """The person is signed in: a 401 would say otherwise."""
    return 400 if isinstance(error, AuthenticationRequired) else error.status

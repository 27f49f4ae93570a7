"""What may be asked between the password and the console: a code, a new password, an app."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from ironclad.errors import (
    AuthenticationRequired,
    BulkheadFull,
    IroncladError,
    RateLimited,
    ValidationFailed,
)
from sre_console.accounts.half_signed_in import read
from sre_console.accounts.roles import role_of
from sre_console.accounts.second_factor import qr_code
from sre_console.accounts.signing_in import (
    Step,
    code_sign_in,
    enrol_sign_in,
    enrolling_secret,
    half_of,
    over_words,
    password_sign_in_renew,
    step_of,
)
from sre_console.pages.access import page
from sre_console.pages.rate_limits import sign_in_try
from sre_console.pages.sign_in_models import (
    CodePage,
    EnrolPage,
    NewPasswordPage,
    RecoveryCodesPage,
    SignInPage,
    grouped,
)
from sre_console.pages.sign_in_steps import go_on, known, waiting_words
from sre_console.pages.views.sign_in import sign_in_form

_REFUSALS = (AuthenticationRequired, BulkheadFull, RateLimited, ValidationFailed)
_LONGEST_CODE = 64

Show = Callable[[str, int], HttpResponse]  # the page, with an error and a status


@require_http_methods(["GET", "HEAD", "POST"])
@page
def code(request: HttpRequest) -> HttpResponse:
    """The second factor."""

    def show(error: str, status: int) -> HttpResponse:
        model = CodePage(error=error)
        context = {"page": model}
        return render(request, "console/sign_in_code.html", context, status=status)

    def take(leads_on: str) -> HttpResponse:
        sent = request.POST.get("code", "")[:_LONGEST_CODE]
        return go_on(request, code_sign_in(request, code=sent), leads_on)

    return _answer(request, "code", show, take)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def password(request: HttpRequest) -> HttpResponse:
    """One's own in place of the temporary one."""

    def show(error: str, status: int) -> HttpResponse:
        context = {"page": NewPasswordPage(error=error, temporary=True)}
        return render(request, "console/new_password.html", context, status=status)

    def take(leads_on: str) -> HttpResponse:
        new = new_password(request)
        return go_on(request, password_sign_in_renew(request, new=new), leads_on)

    return _answer(request, "password", show, take)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def enrol(request: HttpRequest) -> HttpResponse:
    """An app is confirmed by its first code; the answer to that holds the recovery codes."""

    def show(error: str, status: int) -> HttpResponse:
        user, _ = half_of(request)
        secret = enrolling_secret(request)
        model = EnrolPage(
            image=qr_code(secret, user),
            secret=grouped(secret),
            role=role_of(user),
            error=error,
        )
        context = {"page": model}
        return render(request, "console/enrol.html", context, status=status)

    def take(leads_on: str) -> HttpResponse:
        sent = request.POST.get("code", "")[:_LONGEST_CODE]
        model = RecoveryCodesPage(
            codes=enrol_sign_in(request, code=sent), leads_on=leads_on
        )
        answer = render(request, "console/recovery_codes.html", {"page": model})
        known(request, answer)
        return answer

    return _answer(request, "enrol", show, take)


def new_password(request: HttpRequest) -> str:
    """What was typed, twice. Raises ValidationFailed."""
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        raise ValidationFailed(gettext("The two are not the same."), field="again")
    return new


def _answer(
    request: HttpRequest, step: Step, show: Show, take: Callable[[str], HttpResponse]
) -> HttpResponse:
    """Only for whoever has come as far as this step, and counted like a password."""
    found = read(request)
    if found is None:
        return _over(request)
    user, half = found
    due = step_of(user, half)
    if due != step:
        return redirect(f"console:sign-in-{due}")
    if request.method != "POST":
        return show("", 200)
    try:
        sign_in_try(request, user.get_username())
        return take(half.leads_on)
    except _REFUSALS as error:
        if read(request) is None:
            return _over(request)
        return _told(error, show)


def _told(error: IroncladError, show: Show) -> HttpResponse:
    words = waiting_words(error) if isinstance(error, RateLimited) else error.message
    answer = show(words, error.status)
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer


def _over(request: HttpRequest) -> HttpResponse:
    """The sign-in has ended, or never begun here."""
    if request.method != "POST":
        return redirect("console:sign-in")
    model = SignInPage(next="/console/live", error=over_words())
    return sign_in_form(request, model, AuthenticationRequired.status)

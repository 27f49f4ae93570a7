"""One's own account: what one may do, one's tokens and sessions."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from ironclad.errors import Conflict, FieldsInvalid
from sre_console.access.matrix import SCOPES
from sre_console.accounts.actors import actor_of
from sre_console.accounts.policy import second_factor_required
from sre_console.accounts.roles import role_of
from sre_console.accounts.sessions import session_end, sessions_end
from sre_console.accounts.tokens import (
    DEFAULT_DAYS,
    MOST_DAYS,
    digest_of,
    token_create,
    token_revoke,
)
from sre_console.accounts.tokens_listing import token_get
from sre_console.chaos.rows import database_now
from sre_console.models import SecondFactor
from sre_console.pages.access import page_for
from sre_console.pages.access_words import role_told, role_word, scope_told
from sre_console.pages.account_models import allowed, session_rows, token_rows
from sre_console.pages.views.papers import sent_text, show

_DIGITS = 3  # of a number of days


@require_safe
@page_for("sessions.own")
def account(request: HttpRequest) -> HttpResponse:
    return _account(request)


@require_POST
@page_for("tokens.own")
def token_new(request: HttpRequest) -> HttpResponse:
    """The page with the secret on it, this once: a redirect would have to keep it."""
    user = person_of(request)
    name, asked = sent_text(request.POST, "name"), request.POST.getlist("scopes")
    try:
        secret = token_create(
            actor=actor_of(request),
            user=user,
            name=name,
            days=days_read(sent_text(request.POST, "days")),
            scopes=asked,
        )
    except (Conflict, FieldsInvalid) as error:
        typed = {"name": name, "scopes": asked, "days": request.POST.get("days", "")}
        answer = _account(request, problem=error.message, typed=typed)
        answer.status_code = error.status
        return answer
    return _account(request, secret=secret, made=name)


@require_POST
@page_for("tokens.own")
def token_end(request: HttpRequest, number: str) -> HttpResponse:
    token_revoke(actor=actor_of(request), token=token_get(int(number)))
    return redirect("console:account")


@require_POST
@page_for("sessions.own")
def session_over(request: HttpRequest, handle: str) -> HttpResponse:
    session_end(actor=actor_of(request), handle=handle)
    return redirect("console:account")


@require_POST
@page_for("sessions.own")
def sessions_over(request: HttpRequest) -> HttpResponse:
    """All the others."""
    user = person_of(request)
    sessions_end(actor=actor_of(request), user=user, but=this_session(request))
    return redirect("console:account")


def person_of(request: HttpRequest) -> User:
    """Whoever is signed in, which the page's rule has made sure of."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the type checker
    return user


def this_session(request: HttpRequest) -> str:
    """The digest that its row is kept under."""
    return digest_of(request.session.session_key or "")


def days_read(text: str) -> object:
    """A number of days as typed; None, which no person may, for anything else."""
    readable = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if readable else 0


def _account(
    request: HttpRequest,
    *,
    problem: str = "",
    typed: Mapping[str, object] | None = None,
    secret: str = "",
    made: str = "",
) -> HttpResponse:
    user = person_of(request)
    role = role_of(user)
    return show(
        request,
        "account",
        person=user,
        role_word=role_word(role or ""),
        role_told=role_told(role or ""),
        allowed=allowed(role),
        factor=SecondFactor.objects.filter(user=user).exists(),
        factor_required=second_factor_required(role),
        has_password=user.has_usable_password(),
        tokens=token_rows(user, database_now()),
        sessions=session_rows(user, this_session(request)),
        idle=settings.SESSION_IDLE_MINUTES,
        scopes=[(each, scope_told(each)) for each in SCOPES],
        default_days=DEFAULT_DAYS,
        most_days=MOST_DAYS,
        problem=problem,
        typed=typed or {"scopes": ["read"]},
        secret=secret,
        made=made,
    )

"""Who may see what, and how a refusal is told: a page to a person, the envelope to a script."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from ironclad.errors import AuthenticationRequired, IroncladError, PermissionRefused
from sre_console.access.checks import refusal
from sre_console.access.matrix import ACTIONS, may, permitted
from sre_console.accounts.roles import role_of
from sre_console.accounts.signing_in import WRONG_TRIES
from sre_console.chaos.no_faults import no_faults_read
from sre_console.pages import answers, errors

_SAFE = frozenset({"GET", "HEAD"})
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(view: View[P]) -> View[P]:
    """A page that nobody but this reader's screen may keep; its errors are pages too."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            response = view(request, *args, **kwargs)
        except IroncladError as error:
            response = errors.error_page(error)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return answer


def page_for(action: str, *, change: str = "") -> Callable[[View[P]], View[P]]:
    """A page for whoever may do this; strangers are led to the sign-in page and back.

    `change` is asked of what is sent to it (POST).
    """
    changed = change or action
    assert {action, changed} <= ACTIONS.keys()  # noqa: S101 - at import, by the code itself

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            role = role_of(request.user)
            if role is None:
                raise PermissionRefused(
                    gettext(
                        "This account has no role here. Ask an administrator for one."
                    )
                )
            asked = action if request.method in _SAFE else changed
            if not permitted(asked, role):
                raise refusal(asked, role=role, scopes=None)
            return view(request, *args, **kwargs)

        answered = page(answer)
        answered.actions = (action, changed)  # type: ignore[attr-defined] # for tests and docs
        return answered

    return wrap


def signed_in_page(view: View[P]) -> View[P]:
    """A page for everybody with a role; what is sent to it is judged by the services."""
    return page_for("console.read")(view)


def data(
    read: Callable[Concatenate[HttpRequest, P], object],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A JSON answer for everybody with a role; never a redirect, whatever is wrong."""

    @wraps(read)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                raise AuthenticationRequired
            if not permitted("console.read", role_of(request.user)):
                raise PermissionRefused
            return answers.success(request, read(request, *args, **kwargs))
        except IroncladError as error:
            return answers.failure(request, error)

    answer.actions = ("console.read", "console.read")  # type: ignore[attr-defined] # as page_for
    return answer


def allowances(request: HttpRequest) -> dict[str, object]:
    """For every template.

    `may`: the actions that the reader may do; `no_faults`: whether every fault is forbidden;
    `wrong_tries`: told once.
    """
    return {
        "may": SimpleLazyObject(lambda: may(role_of(request.user))),
        "no_faults": SimpleLazyObject(no_faults_read),
        "wrong_tries": SimpleLazyObject(lambda: request.session.pop(WRONG_TRIES, 0)),
    }

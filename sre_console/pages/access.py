"""Who may see what, and how a refusal is told: a page to a person, the envelope to a script."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext

from ironclad.errors import AuthenticationRequired, IroncladError, PermissionRefused
from sre_console.accounts.roles import role_of
from sre_console.pages import answers, errors

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


def signed_in_page(view: View[P]) -> View[P]:
    """A page for viewers and operators; others are led to the sign-in page and back."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if role_of(request.user) is None:
            raise PermissionRefused(
                gettext(
                    "This account has no role here. Ask an operator to make it a viewer."
                )
            )
        return view(request, *args, **kwargs)

    return page(answer)


def data(
    read: Callable[Concatenate[HttpRequest, P], object],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A JSON answer for viewers and operators; never a redirect, whatever is wrong."""

    @wraps(read)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                raise AuthenticationRequired
            if role_of(request.user) is None:
                raise PermissionRefused
            return answers.success(request, read(request, *args, **kwargs))
        except IroncladError as error:
            return answers.failure(request, error)

    return answer

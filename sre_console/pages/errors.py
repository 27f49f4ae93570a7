"""What goes wrong, told as a page or in the envelope, whoever asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext

from ironclad.errors import (
    DatabaseUnavailable,
    DeadlineExceeded,
    InternalError,
    IroncladError,
    MalformedRequest,
    NotFound,
    PermissionRefused,
)
from sre_console.pages import answers

# Statuses whose title says it all.
_SAID = (NotFound.status, DatabaseUnavailable.status, DeadlineExceeded.status)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    status: int
    title: str
    message: str  # what happened; empty where the title says it all
    advice: str  # what to do next
    again: bool  # whether the same address is worth another try


def error_page(error: IroncladError) -> HttpResponse:
    """A page that needs neither session nor database: they may be what is wrong."""
    titles = {
        400: gettext("This request could not be read"),
        403: gettext("Not allowed"),
        404: gettext("There is nothing at this address"),
        429: gettext("Too many requests"),
        503: gettext("The database cannot be reached"),
        504: gettext("The database did not answer in time"),
    }
    advice = {
        403: gettext("Go back to the Live page, or sign in as somebody else."),
        404: gettext("Check the address, or go to the Live page."),
        429: gettext(
            "Nothing was changed. Go back in the browser for what you had written. "
            "STOP ALL is never refused."
        ),
        503: gettext("Open consoles keep moving. Try again in a few seconds."),
        504: gettext("Open consoles keep moving. Try again in a few seconds."),
    }
    page = ErrorPage(
        status=error.status,
        title=titles.get(error.status, gettext("Something went wrong")),
        message="" if error.status in _SAID else error.message,
        advice=advice.get(error.status, gettext("Try again; the log says more.")),
        again=error.status >= InternalError.status,
    )
    answer = HttpResponse(
        render_to_string("console/error.html", {"page": page}), status=error.status
    )
    patch_cache_control(answer, private=True, no_store=True)
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer


def tell(request: HttpRequest, error: IroncladError) -> HttpResponse:
    """As a page, or in the envelope where a script asks."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    if wants_json or request.path.startswith("/api"):
        return answers.failure(request, error)
    return error_page(error)


# -- Django's handlers: ironclad.urls names them -------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception  # its text may quote the request
    return tell(request, MalformedRequest())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return tell(request, PermissionRefused())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return tell(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled: a domain error keeps its own status."""
    error = sys.exc_info()[1]
    if not isinstance(error, IroncladError):
        error = InternalError()
    return tell(request, error)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    del reason  # for developers; the person needs to know what to do
    return tell(
        request,
        PermissionRefused(
            gettext("This page is too old, or was opened elsewhere. Load it again.")
        ),
    )

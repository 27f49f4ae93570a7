"""Where every address leads, and who answers where none does."""

from __future__ import annotations

import sys

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from api import answers
from api.errors import translate
from ironclad.errors import MalformedRequest, NotFound, PermissionRefused
from sre_console.pages import errors as pages


def _admin() -> tuple[list[URLPattern | URLResolver], str, str]:
    """Without the way from an object to its own page: ours have none.

    Its pattern takes the square of an address's length, also for whoever has not signed in.
    """
    patterns, app, name = admin.site.urls
    kept = [each for each in patterns if getattr(each, "name", "") != "view_on_site"]
    return kept, app, name


urlpatterns = [
    path("api/", include("api.urls")),
    # before the admin: its sign-in is ours
    path("", include("sre_console.pages.urls")),
    path("admin/", _admin()),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    if answers.speaks_json(request):
        return answers.failure(request, MalformedRequest())
    return pages.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    if answers.speaks_json(request):
        return answers.failure(request, PermissionRefused())
    return pages.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    if answers.speaks_json(request):
        return answers.failure(request, NotFound())
    return pages.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    if answers.speaks_json(request):
        # called while the exception is being handled
        return answers.failure(request, translate(sys.exc_info()[1]))
    return pages.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if answers.speaks_json(request):
        return answers.failure(request, PermissionRefused(reason or None))
    return pages.csrf_failure(request, reason)

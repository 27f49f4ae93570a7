"""The pages that move: Live, and Resilience."""

from __future__ import annotations

from dataclasses import fields

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sre_console.pages.access import signed_in_page
from sre_console.pages.view_models import (
    LivePage,
    ResiliencePage,
    live_page,
    resilience_page,
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    del request
    return redirect("/console/")


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The console's first page."""
    del request
    return redirect("console:live")


@require_safe
@signed_in_page
def live(request: HttpRequest) -> HttpResponse:
    return _show(request, "console/live.html", live_page(request))


@require_safe
@signed_in_page
def resilience(request: HttpRequest) -> HttpResponse:
    return _show(request, "console/resilience.html", resilience_page(request))


def _show(
    request: HttpRequest, template: str, page: LivePage | ResiliencePage
) -> HttpResponse:
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return render(request, template, context)

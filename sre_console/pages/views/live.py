"""The Live page."""

from __future__ import annotations

from dataclasses import fields

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sre_console.pages.access import signed_in_page
from sre_console.pages.view_models import live_page


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
    page = live_page(request)
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return render(request, "console/live.html", context)

"""Where every address leads."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse(reason, status=403)

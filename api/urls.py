"""Every address under /api."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("api.users.urls")),
    path("", include("api.slo.urls")),
    path("", include("api.chaos.urls")),
    path("", include("api.resilience.urls")),
    path("", include("api.alerts.urls")),
    path("", include("api.incidents.urls")),
    path("", include("api.reports.urls")),
    path("", include("api.traffic.urls")),
    path("", include("api.scenarios.urls")),
    path("", include("api.game_days.urls")),
    path("", include("api.docs_urls")),
]

"""Every address under /api."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("api.users.urls")),
    path("", include("api.slo.urls")),
    path("", include("api.chaos.urls")),
    path("", include("api.no_faults.urls")),
    path("", include("api.resilience.urls")),
    path("", include("api.capacity.urls")),
    path("", include("api.alerts.urls")),
    path("", include("api.incidents.urls")),
    path("", include("api.reports.urls")),
    path("", include("api.traffic.urls")),
    path("", include("api.scenarios.urls")),
    path("", include("api.game_days.urls")),
    path("", include("api.people.urls")),
    path("", include("api.tokens.urls")),
    path("", include("api.governance.urls")),
    path("", include("api.recovery_drills.urls")),
    path("", include("api.recovery.urls")),
    path("", include("api.audit.urls")),
    path("", include("api.docs_urls")),
]

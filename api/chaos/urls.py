from __future__ import annotations

from api.chaos import views
from api.routes import both

urlpatterns = [
    *both("chaos", views.ChaosView),
    *both("chaos/status", views.StatusView),
    *both("chaos/errors", views.ErrorsView),
    *both("chaos/errors/<str:rate>", views.ErrorsPathView),
    *both("chaos/latency", views.LatencyView),
    *both("chaos/latency/<str:ms>", views.LatencyPathView),
    *both("chaos/enable", views.EnableView),
    *both("chaos/disable", views.DisableView),
    *both("chaos/extend", views.ExtendView),
]

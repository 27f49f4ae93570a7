from __future__ import annotations

from api.resilience import views
from api.routes import both

urlpatterns = [
    *both("resilience", views.ResilienceView),
    *both("resilience/patterns", views.PatternsView),
    *both("resilience/breakers/<str:name>/trip", views.TripView),
    *both("resilience/breakers/<str:name>/reset", views.ResetView),
    *both("resilience/intervals", views.IntervalsView),
    *both("resilience/comparison", views.ComparisonView),
]

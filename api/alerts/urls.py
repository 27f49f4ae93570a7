from __future__ import annotations

from api.alerts import views
from api.routes import both

urlpatterns = [
    *both("alerts", views.AlertsView),
    *both("alertmanager", views.AlertmanagerView),
]

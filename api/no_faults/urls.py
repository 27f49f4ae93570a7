from __future__ import annotations

from api.no_faults import views
from api.routes import both

urlpatterns = [
    *both("no-faults", views.NoFaultsView),
    *both("no-faults/release", views.ReleaseView),
]

from __future__ import annotations

from api.reports import views
from api.routes import both

urlpatterns = [*both("reports/sla", views.SlaView)]

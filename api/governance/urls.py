from __future__ import annotations

from api.governance import changes, policy, views
from api.routes import both

urlpatterns = [
    *both("injections", views.InjectionsView),
    *both("changes", changes.ChangesView),
    *both("changes/calendar", changes.CalendarView),
    *both("policy", policy.PolicyView),
    *both("deployments", changes.DeploymentsView),
]

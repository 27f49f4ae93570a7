from __future__ import annotations

from api.audit import views
from api.routes import both

urlpatterns = [
    *both("audit", views.AuditView),
    *both("audit/verification", views.AuditVerificationView),
]

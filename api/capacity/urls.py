from __future__ import annotations

from api.capacity import views
from api.routes import both

urlpatterns = [*both("capacity", views.CapacityView)]

from __future__ import annotations

from api.routes import both
from api.traffic.views import TrafficView

urlpatterns = both("traffic", TrafficView)

from __future__ import annotations

from api.routes import both
from api.slo.views import SloView

urlpatterns = both("slo", SloView)

from __future__ import annotations

from api.routes import both
from api.scenarios import views

_ONE = "scenarios/<str:name>"

urlpatterns = [
    *both("scenarios", views.ScenariosView),
    *both(_ONE, views.ScenarioView),
    *both(f"{_ONE}/forecast", views.ForecastView),
]

from __future__ import annotations

from api.routes import both
from api.scenarios import exchange, views

_ONE = "scenarios/<str:name>"

urlpatterns = [
    *both("scenarios", views.ScenariosView),
    *both("scenarios/import", exchange.ImportView),
    *both(_ONE, views.ScenarioView),
    *both(f"{_ONE}/forecast", views.ForecastView),
    *both(f"{_ONE}/export", exchange.ExportView),
]

from __future__ import annotations

from api.recovery_drills import views
from api.routes import both

_ONE = "recovery/drills/<id32:id>"

urlpatterns = [
    *both("recovery/drills", views.DrillsView),
    *both("recovery/drills/scenarios", views.BoardView),
    *both(_ONE, views.DrillView),
    *both(f"{_ONE}/steps/<str:name>", views.StepView),
    *both(f"{_ONE}/finish", views.FinishView),
    *both(f"{_ONE}/abandon", views.AbandonView),
    *both(f"{_ONE}/lessons", views.LessonsView),
    *both(f"{_ONE}/report", views.ReportView),
]

from __future__ import annotations

from api.game_days import learning, papers, views
from api.routes import both

_ONE = "game-days/<id32:id>"

urlpatterns = [
    *both("game-days", views.GameDaysView),
    *both("game-days/block", views.BlockView),
    *both("game-days/block/release", views.ReleaseView),
    *both(_ONE, views.GameDayView),
    *both(f"{_ONE}/stop", views.StopView),
    *both(f"{_ONE}/approve", views.ApproveView),
    *both(f"{_ONE}/attend", views.AttendView),
    *both(f"{_ONE}/events", views.EventsView),
    *both(f"{_ONE}/report", papers.ReportView),
    *both(f"{_ONE}/compare", papers.CompareView),
    *both(f"{_ONE}/lessons", learning.LessonsView),
    *both(f"{_ONE}/actions", learning.ActionsView),
    *both(f"{_ONE}/actions/<id32:action>", learning.ActionView),
]

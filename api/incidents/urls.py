from __future__ import annotations

from api.incidents import record, views
from api.routes import both

_ONE = "incidents/<id32:id>"

urlpatterns = [
    *both("incidents", views.IncidentsView),
    *both(_ONE, views.IncidentView),
    *both(f"{_ONE}/acknowledge", views.AcknowledgeView),
    *both(f"{_ONE}/mitigate", views.MitigateView),
    *both(f"{_ONE}/resolve", views.ResolveView),
    *both(f"{_ONE}/reopen", views.ReopenView),
    *both(f"{_ONE}/comment", views.CommentView),
    *both(f"{_ONE}/assign", views.AssignView),
    *both(f"{_ONE}/checklist", record.ChecklistView),
    *both(f"{_ONE}/figures", record.FiguresView),
    *both(f"{_ONE}/timeline", record.TimelineView),
    *both(f"{_ONE}/post-mortem", views.PostMortemView),
    *both(f"{_ONE}/actions", views.ActionsView),
    *both("actions/<id32:id>/done", views.ActionDoneView),
    *both("actions/<id32:id>/reopen", views.ActionReopenView),
    *both("notifications", views.NotificationsView),
    *both("notifications/<id32:id>/retry", views.NotificationRetryView),
    *both("silences", views.SilencesView),
    *both("silences/<id32:id>/end", views.SilenceEndView),
]

from __future__ import annotations

from api.incidents import views
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
    *both("silences", views.SilencesView),
    *both("silences/<id32:id>/end", views.SilenceEndView),
]

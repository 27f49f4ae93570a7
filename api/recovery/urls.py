from __future__ import annotations

from api.recovery import views
from api.routes import both

urlpatterns = [
    *both("recovery", views.RecoveryView),
    *both("recovery/backups", views.BackupsView),
    *both("recovery/restores", views.RestoresView),
    *both("recovery/restores/<id32:id>", views.RestoreView),
]

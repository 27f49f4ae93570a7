from __future__ import annotations

from api.routes import both
from api.tokens import views

urlpatterns = [
    *both("tokens", views.TokensView),
    *both("tokens/<id32:id>", views.TokenView),
]

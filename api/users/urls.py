from __future__ import annotations

from api.routes import both
from api.users.views import UserListView, UserView

urlpatterns = [
    *both("users", UserListView),
    *both("users/<id32:id>", UserView),
]

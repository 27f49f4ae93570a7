from __future__ import annotations

from api.people import views
from api.routes import both

urlpatterns = [
    *both("people", views.PeopleView),
    *both("people/<id32:id>", views.PersonView),
]

from __future__ import annotations

from django.urls import path

from api.docs_views import DocsView, SchemaView
from api.routes import both

urlpatterns = [
    *both("schema", SchemaView),
    path("docs", DocsView.as_view()),
    path("docs/", DocsView.as_view()),
]

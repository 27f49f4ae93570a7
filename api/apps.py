"""The REST API's Django app; it owns the `users` table."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = _("Service")
    default_auto_field = "django.db.models.AutoField"

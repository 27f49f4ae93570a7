"""The control panel's Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "sre_console"
    verbose_name = _("Control panel")
    default_auto_field = "django.db.models.BigAutoField"

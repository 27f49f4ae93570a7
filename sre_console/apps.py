"""The control panel's Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "sre_console"
    verbose_name = _("Control panel")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.apps import apps
        from django.db.models.signals import post_migrate

        from sre_console import checks  # noqa: F401 - registered by being imported
        from sre_console.accounts.permissions import roles_grant
        from sre_console.chaos.floor import floor
        from sre_console.slo.selectors import budgets_left

        floor.ask(budgets_left)
        # once a migrate, not once an app: sessions comes after every app with permissions
        last = apps.get_app_config("sessions")
        post_migrate.connect(roles_grant, sender=last, dispatch_uid="roles_grant")

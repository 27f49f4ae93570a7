"""The platform's Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IroncladConfig(AppConfig):
    name = "ironclad"
    verbose_name = "Ironclad"

    def ready(self) -> None:
        from ironclad import checks  # noqa: F401 - registers them

"""The platform's Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IroncladConfig(AppConfig):
    name = "ironclad"
    verbose_name = "Ironclad"

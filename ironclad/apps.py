"""The platform's Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IroncladConfig(AppConfig):
    name = "ironclad"
    verbose_name = "Ironclad"

    def ready(self) -> None:
        from django.conf import settings

        from ironclad import (
            checks,  # noqa: F401 - registered by being imported
            shared_cache,
        )
        from ironclad.observability import logs, metrics

        # What a command prints is its result: its log goes beside it. The server's entry
        # point (ironclad.asgi) moves the log to standard output.
        logs.configure("stderr")
        metrics.ironclad_build_info.labels(settings.APP_VERSION).set(1)
        if settings.REDIS_URL:
            shared_cache.breaker()  # listed from the start

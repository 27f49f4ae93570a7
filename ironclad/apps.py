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
            connection_checks,  # noqa: F401
            fault_checks,  # noqa: F401 - likewise
            secret_checks,  # noqa: F401
            server_checks,  # noqa: F401
            shared_cache,
        )
        from ironclad.observability import logs, metrics
        from ironclad.rate_limits import postgres

        # What a command prints is its result: its log goes beside it. The server's entry
        # point (ironclad.asgi) moves the log to standard output.
        logs.configure("stderr")
        metrics.ironclad_build_info.labels(settings.APP_VERSION).set(1)
        # listed from the start
        if settings.REDIS_URL:
            shared_cache.breaker()
        elif not settings.BUILTIN or settings.WEB_PROCESSES > 1:
            postgres.breaker()

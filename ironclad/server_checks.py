"""A server that can do what is asked of it here: checks E090 and E091."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def check_server(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """Uvicorn is there, and nobody reaches it but through a proxy."""
    del app_configs
    if settings.ASGI_SERVER != "uvicorn":
        return []
    found: list[CheckMessage] = []
    if find_spec("uvicorn") is None:
        found.append(
            Error(
                "ASGI_SERVER is uvicorn, which is not installed.",
                hint="pip install --require-hashes --no-deps -r requirements-uvicorn.txt, "
                "or leave ASGI_SERVER out.",
                id="ironclad.E090",
            )
        )
    if not settings.BUILTIN and not settings.TRUSTED_PROXIES:
        found.append(
            Error(
                "uvicorn sets no time for headers, bodies and readers, and no bound to the "
                "connections of one address: a client could hold all it has.",
                hint="Put a proxy in front that does (docs/guide/proxy.md) and set "
                "IRONCLAD_TRUSTED_PROXIES, or leave ASGI_SERVER out.",
                id="ironclad.E091",
            )
        )
    return found

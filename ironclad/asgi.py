"""Where the platform, the API and the console are joined into one ASGI application."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()

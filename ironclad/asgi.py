"""Where the platform, the API and the console are joined into one ASGI application."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")

from django.core.asgi import get_asgi_application

django = get_asgi_application()

from ironclad.clock import clock
from ironclad.edge.background import Background
from ironclad.edge.business import BusinessObserver
from ironclad.edge.observers import AccessLog, MetricsObserver
from ironclad.edge.routes import django_route
from ironclad.edge.stack import build
from ironclad.observability import logs
from ironclad.observability.promised import promise_service_series
from sre_console.live.runtime import runtime
from sre_console.pages.routing import websocket

logs.configure("stdout")
promise_service_series(
    collection=django_route("/api/users"), single=django_route("/api/users/1")
)

application = build(
    http=django,
    websocket=websocket,
    faults=runtime().switchboard,
    observers=(
        MetricsObserver(),
        AccessLog(),
        BusinessObserver(clock),
        runtime().recorder,
    ),
    background=Background(runtime().jobs),
)

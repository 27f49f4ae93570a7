"""Where the platform, the API and the console are joined into one ASGI application."""

from __future__ import annotations

import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from ironclad.edge.one_hop import one_hop_application

django = one_hop_application()

from ironclad.clock import clock  # noqa: E402
from ironclad.database import guard  # noqa: E402
from ironclad.database.health import Health  # noqa: E402
from ironclad.database.observers import observe  # noqa: E402
from ironclad.edge.background import Background  # noqa: E402
from ironclad.edge.business import BusinessObserver  # noqa: E402
from ironclad.edge.checks import Check, Checks  # noqa: E402
from ironclad.edge.drain import Drain  # noqa: E402
from ironclad.edge.features import FeatureObserver  # noqa: E402
from ironclad.edge.observers import AccessLog, MetricsObserver  # noqa: E402
from ironclad.edge.protocol import ASGIApp  # noqa: E402
from ironclad.edge.routes import django_route  # noqa: E402
from ironclad.edge.stack import build  # noqa: E402
from ironclad.observability import logs  # noqa: E402
from ironclad.observability.promised import promise_service_series  # noqa: E402
from ironclad.resilience.process import breakers  # noqa: E402
from ironclad.resilience.report import breaker_json  # noqa: E402
from sre_console.live.runtime import runtime  # noqa: E402
from sre_console.pages.routing import websocket  # noqa: E402

logs.configure("stdout")
promise_service_series(
    collection=django_route("/api/users"), single=django_route("/api/users/1")
)

health = Health()
service = guard.service()
service.faults = runtime().switchboard.dependency
observe()


async def database() -> Check:
    healthy, seconds, message = await health.ask()
    return Check(healthy=healthy, duration=seconds, message=message)


def told_breakers() -> list[dict[str, object]]:
    return [
        breaker_json(breaker.standing(), runtime().replica, clock)
        for breaker in breakers.values()
    ]


application = build(
    # Both take a plain dict, which is what every server passes.
    http=cast("ASGIApp", django),
    websocket=cast("ASGIApp", websocket),
    faults=runtime().switchboard,
    observers=(
        MetricsObserver(),
        AccessLog(),
        BusinessObserver(clock),
        FeatureObserver(),
        runtime().switchboard.finished,
        runtime().recorder,
    ),
    background=Background(runtime().jobs, farewell=runtime().farewell),
    # Only its index of the files is used: the edge answers for them itself.
    files=WhiteNoiseMiddleware().files,
    checks=Checks(database=database, migrated=health.migrated, breakers=told_breakers),
    door=service,
    drain=Drain(
        delay=settings.DRAIN_DELAY,
        deadline=settings.STOP_DEADLINE,
        hurry=runtime().switchboard.wake,
    ),
)

"""Where the platform, the API and the console are joined into one ASGI application."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from ironclad.edge.one_hop import one_hop_application

django = one_hop_application()

from api.reads import EdgeReaders  # noqa: E402
from api.remembered import remembered  # noqa: E402
from ironclad.clock import clock  # noqa: E402
from ironclad.database import guard  # noqa: E402
from ironclad.database.changes import Changes, ChangesListener  # noqa: E402
from ironclad.database.health import Health  # noqa: E402
from ironclad.database.observers import observe  # noqa: E402
from ironclad.edge.background import Background, Job  # noqa: E402
from ironclad.edge.business import BusinessObserver  # noqa: E402
from ironclad.edge.checks import Check, Checks  # noqa: E402
from ironclad.edge.drain import Drain  # noqa: E402
from ironclad.edge.features import FeatureObserver  # noqa: E402
from ironclad.edge.observers import AccessLog, MetricsObserver  # noqa: E402
from ironclad.edge.protocol import ASGIApp  # noqa: E402
from ironclad.edge.read_letters import Letters  # noqa: E402
from ironclad.edge.read_parts import ReadParts  # noqa: E402
from ironclad.edge.read_shared import Shared  # noqa: E402
from ironclad.edge.routes import django_route  # noqa: E402
from ironclad.edge.siblings import Siblings  # noqa: E402
from ironclad.edge.stack import build  # noqa: E402
from ironclad.observability import logs  # noqa: E402
from ironclad.observability.metrics import cache_listener_fresh  # noqa: E402
from ironclad.observability.promised import promise_service_series  # noqa: E402
from ironclad.resilience.process import breakers  # noqa: E402
from ironclad.resilience.report import breaker_json  # noqa: E402
from ironclad.shared_bytes import SharedBytes  # noqa: E402
from ironclad.static_tree import tree  # noqa: E402
from ironclad.workers.inherited import Inherited  # noqa: E402
from sre_console.live.beats import Beats  # noqa: E402
from sre_console.live.runtime import runtime  # noqa: E402
from sre_console.pages.routing import websocket  # noqa: E402

logs.configure("stdout")
promise_service_series(
    collection=django_route("/api/users"), single=django_route("/api/users/1")
)

inherited = Inherited.read(os.environ)
health = Health()
service = guard.service()
service.faults = runtime().switchboard.dependency
observe()
changes = Changes(clock)
listener = ChangesListener(changes, clock)
remembered.people = changes
cache_listener_fresh.set_function(lambda: float(changes.current))


async def database(begins: Callable[[], None]) -> Check:
    healthy, seconds, message = await health.ask(begins)
    return Check(healthy=healthy, duration=seconds, message=message)


def told_breakers() -> list[dict[str, object]]:
    return [
        breaker_json(breaker.standing(), runtime().replica, clock)
        for breaker in breakers.values()
    ]


def jobs() -> list[Job]:
    return [*runtime().jobs(), Job("changes", listener.run)]


def shared_reads() -> Shared | None:
    if not settings.REDIS_URL:
        return None
    letters = Letters(settings.SECRET_KEY, settings.APP_VERSION)
    return Shared(SharedBytes(), letters, clock)


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
    background=Background(jobs, farewell=runtime().farewell),
    # Only its index of the files is used: the edge answers for them itself.
    files=WhiteNoiseMiddleware().files,
    tree=tree(),
    checks=Checks(database=database, migrated=health.migrated, breakers=told_breakers),
    door=service,
    reads=ReadParts(changes, EdgeReaders(), service, shared_reads(), Beats(runtime())),
    drain=Drain(
        delay=settings.DRAIN_DELAY,
        deadline=settings.STOP_DEADLINE,
        hurry=runtime().switchboard.wake,
    ),
    siblings=Siblings(inherited) if inherited else None,
)

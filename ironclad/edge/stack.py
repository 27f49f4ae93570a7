"""The layers in their order, outermost first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.edge.admission import Admission
from ironclad.edge.background import Background
from ironclad.edge.checks import Checks
from ironclad.edge.cors import Cors
from ironclad.edge.drain import Drain
from ironclad.edge.events import FaultSource, RequestObserver
from ironclad.edge.gate import Door, Gate
from ironclad.edge.inject import Inject
from ironclad.edge.kept import Kept
from ironclad.edge.limits import Limits
from ironclad.edge.measure import Measure
from ironclad.edge.probes import Probes
from ironclad.edge.protocol import ASGIApp, Receive, RouteResolver, Scope, Send
from ironclad.edge.request_id import RequestId
from ironclad.edge.routes import django_route
from ironclad.edge.static import File, Static


class Stack:
    """One ASGI application for every kind of scope."""

    def __init__(
        self,
        *,
        http: ASGIApp,
        websocket: ASGIApp,
        background: Background,
        drain: Drain,
    ) -> None:
        self._http = http
        self._websocket = websocket
        self._background = background
        self.drain = drain
        self.farewell = background.farewell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._background.lifespan(receive, send)
            return
        # The server may have no lifespan: then the first scope starts what runs beside.
        self._background.start()
        # Daphne takes it from a header that anybody can send; paths would be misjudged.
        scope["root_path"] = ""
        app = self._http if scope["type"] == "http" else self._websocket
        await app(scope, receive, send)


def build(  # noqa: PLR0913 - the parts that are joined here
    *,
    http: ASGIApp,
    websocket: ASGIApp,
    faults: FaultSource,
    observers: Sequence[RequestObserver],
    background: Background,
    resolve: RouteResolver | None = None,
    checks: Checks | None = None,
    files: Mapping[str, File] | None = None,
    clock: Clock = clock,
    door: Door | None = None,
    drain: Drain | None = None,
) -> ASGIApp:
    """Join the layers around Django (`http`) and the console's socket (`websocket`)."""
    drain = drain or Drain()
    app: ASGIApp = Admission(http, clock=clock)
    app = Gate(app, door=door, kept=Kept(clock, most_age=settings.DEGRADED_AGE))
    app = Inject(app, faults=faults, clock=clock)
    app = Static(app, files or {})
    app = Probes(app, checks=checks or Checks(), background=background, drain=drain)
    app = Cors(Limits(app))
    app = Measure(
        app, clock=clock, resolve=resolve or django_route, observers=observers
    )
    return Stack(
        http=RequestId(app, clock),
        websocket=RequestId(websocket, clock),
        background=background,
        drain=drain,
    )

"""The layers in their order, outermost first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.edge.admission import Admission
from ironclad.edge.background import Background
from ironclad.edge.checks import Checks
from ironclad.edge.cors import Cors
from ironclad.edge.drain import Drain
from ironclad.edge.events import FaultSource, RequestObserver
from ironclad.edge.forwarded import settle
from ironclad.edge.gate import Door, Gate
from ironclad.edge.hosts import Hosts
from ironclad.edge.inject import Inject
from ironclad.edge.kept import Kept
from ironclad.edge.limits import Limits
from ironclad.edge.measure import Measure
from ironclad.edge.probes import Probes
from ironclad.edge.protocol import ASGIApp, Receive, RouteResolver, Scope, Send
from ironclad.edge.read_parts import ReadParts
from ironclad.edge.reads import Reads
from ironclad.edge.request_id import RequestId
from ironclad.edge.routes import django_route
from ironclad.edge.security import SecurityHeaders
from ironclad.edge.siblings import Siblings
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
        missing: Callable[[], Awaitable[list[str]]],
    ) -> None:
        self._http = http
        self._websocket = websocket
        self._background = background
        self._proxies = settings.TRUSTED_PROXIES
        self.drain = drain
        self.farewell = background.farewell
        self.start = background.start  # on the loop; else the first scope does it
        self.missing = missing  # why it is not ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._background.lifespan(receive, send)
            return
        # The server may have no lifespan: then the first scope starts what runs beside.
        self._background.start()
        # Daphne takes it from a header that anybody can send; paths would be misjudged.
        scope["root_path"] = ""
        settle(scope, self._proxies)
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
    tree: str = "",
    clock: Clock = clock,
    door: Door | None = None,
    drain: Drain | None = None,
    reads: ReadParts | None = None,
    siblings: Siblings | None = None,
) -> Stack:
    """Join the layers around Django (`http`) and the console's socket (`websocket`)."""
    drain = drain or Drain()
    app: ASGIApp = Admission(http, clock=clock)
    kept = Kept(clock, most_age=settings.DEGRADED_AGE)
    app = Gate(app, door=door, kept=kept)
    if reads is not None:
        app = Reads(app, parts=reads, faults=faults, clock=clock, kept=kept)
    app = Inject(app, faults=faults, clock=clock)
    app = Static(app, files or {}, tree)
    probes = Probes(
        app,
        checks=checks or Checks(),
        background=background,
        drain=drain,
        siblings=siblings,
    )
    app = Hosts(Cors(Limits(probes)))
    app = Measure(
        app, clock=clock, resolve=resolve or django_route, observers=observers
    )
    return Stack(
        http=SecurityHeaders(RequestId(app, clock)),
        websocket=RequestId(websocket, clock),
        background=background,
        drain=drain,
        missing=probes.missing,
    )

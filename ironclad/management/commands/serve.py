"""Serves HTTP and WebSocket: in this process, or in several that it supervises."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from argparse import ArgumentParser
from typing import Any

import structlog
from channels.routing import get_default_application
from daphne.endpoints import build_endpoint_description_strings
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from ironclad.checks import is_loopback
from ironclad.clock import clock
from ironclad.connection_checks import check_connections
from ironclad.edge.channel import harden
from ironclad.edge.server import GracefulServer
from ironclad.edge.siblings import Siblings
from ironclad.edge.stack import Stack
from ironclad.edge.websocket import LARGEST_FRAME
from ironclad.observability import logs
from ironclad.resilience import deadline
from ironclad.workers import lifeline
from ironclad.workers.board import Board
from ironclad.workers.inherited import Inherited
from ironclad.workers.listening import BACKLOG, CannotListenError, listen
from ironclad.workers.serving import supervise
from ironclad.workers.supervisor import HopelessError

_PATIENCE = 5.0  # seconds
_YOUNG_OBJECTS = 10_000  # allocations between collections of the youngest

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Serves the application; the built-in profile listens on loopback only."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        everywhere = "127.0.0.1" if settings.BUILTIN else "0.0.0.0"  # noqa: S104 - a container's port
        parser.add_argument("--host", default=everywhere)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def check(self, *arguments: Any, **options: Any) -> None:
        """Not for the supervisor: each of its processes judges the settings, when it starts."""
        if not _supervises():
            super().check(*arguments, **options)

    def handle(self, *_arguments: object, **options: object) -> None:
        host, port = str(options["host"]), int(str(options["port"]))
        refuse_a_public_address(host)
        try:
            if _supervises():
                logs.configure("stdout")
                supervise(
                    settings.WEB_PROCESSES,
                    host=host,
                    port=port,
                    clock=clock,
                    deadline=settings.STOP_DEADLINE,
                )
            else:
                serve(host, port, Inherited.read(os.environ))
        except (CannotListenError, HopelessError) as error:
            raise CommandError(str(error)) from error


def serve(host: str, port: int, inherited: Inherited | None) -> None:
    """Until a signal. Raises CannotListenError."""
    application = get_default_application()
    leave_the_code_alone()
    gone = None
    if inherited is not None:
        gone = lifeline.hold(inherited.lifeline, settings.STOP_DEADLINE)
    if settings.ASGI_SERVER == "uvicorn":
        _on_uvicorn(application, host, port, inherited)
    else:
        _on_daphne(application, host, port, inherited)
    application.farewell()
    if inherited is not None and gone is not None and gone.is_set():
        inherited.tidy()


def _on_daphne(
    application: Stack, host: str, port: int, inherited: Inherited | None
) -> None:
    harden()
    server = GracefulServer(
        application=application,
        drain=application.drain,
        place=(Board(inherited.board), inherited.slot) if inherited else None,
        endpoints=_endpoints(host, port, inherited),
        server_name="",  # whoever asks need not know what answers
        # Autobahn's bound of messages holds for those that are sent as well, and drops them
        # without a word; what is received `Socket` bounds.
        websocket_max_message_size=0,
        websocket_max_frame_size=LARGEST_FRAME,
    )
    if inherited is not None:
        server.beside(_beside(application, inherited))
    server.run()
    if server.abort_start:
        message = f"cannot listen on {host}:{port}"
        raise CannotListenError(message)


def _on_uvicorn(
    application: Stack, host: str, port: int, inherited: Inherited | None
) -> None:
    from ironclad.edge.uvicorn_server import serve_on_uvicorn  # noqa: PLC0415

    listener = (
        socket.socket(fileno=os.dup(inherited.listener))
        if inherited
        else listen(host, port)
    )
    serve_on_uvicorn(application, listener, _beside(application, inherited))


def _endpoints(host: str, port: int, inherited: Inherited | None) -> list[str]:
    """In Twisted's words."""
    if inherited is not None:
        return list(
            build_endpoint_description_strings(file_descriptor=inherited.listener)
        )
    addresses = build_endpoint_description_strings(host=host, port=port)
    return [f"{address}:backlog={BACKLOG}" for address in addresses]


async def _beside(application: Stack, inherited: Inherited | None) -> None:
    """What runs beside the server, as soon as its loop does."""
    application.start()  # whether or not the first request goes to another process
    if inherited is not None:
        counting = asyncio.create_task(asyncio.to_thread(_count_connections))
        await Siblings(inherited).listen(application.missing)
        await counting


def _supervises() -> bool:
    return settings.WEB_PROCESSES > 1 and Inherited.read(os.environ) is None


def _count_connections() -> None:
    try:
        with deadline.within(_PATIENCE):
            for found in check_connections(None, databases=["default"]):
                logger.warning("too_few_connections", told=found.msg, hint=found.hint)
    finally:
        connections.close_all()  # this thread's


def leave_the_code_alone() -> None:
    """Keep the loaded modules out of every later garbage collection.

    They are most of the objects there are and never garbage, and a full collection stops the
    event loop to go through them, injected delays and all. One run each, one after the other:
    p99 of 50 requests a second beside 200 held ones was 240 ms without this and 84 ms with it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 100)


def refuse_a_public_address(host: str) -> None:
    """The built-in profile has an operator's token and faults for everybody who asks.

    Raises CommandError for anything but a loopback address there.
    """
    if settings.BUILTIN and not is_loopback(host):
        message = (
            f"the built-in profile listens on loopback only, not on {host}; "
            "for other addresses set IRONCLAD_PROFILE=production"
        )
        raise CommandError(message)

"""The traffic process from its start to its last written count."""

from __future__ import annotations

import asyncio
import signal
import uuid
from random import Random
from urllib.parse import urlsplit

import structlog

from ironclad.clock import clock
from sre_console.traffic.connection import Client
from sre_console.traffic.counts import Counts
from sre_console.traffic.generator import Generator
from sre_console.traffic.link import Link
from sre_console.traffic.mix import kinds
from sre_console.traffic.requests import RequestMaker
from sre_console.traffic.residents import Residents

logger = structlog.get_logger(__name__)

DRAIN = 2.0  # seconds for the answers still on their way at the end


async def run(*, url: str, token: str, seed: int) -> Counts:
    """Send what the console asks for until SIGTERM or SIGINT; returns the last counts."""
    loop = asyncio.get_running_loop()
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    identity = uuid.uuid4()
    address = urlsplit(url)
    headers = [("Authorization", f"Bearer {token}")] if token else []
    headers.append(("User-Agent", "ironclad-traffic"))
    client = Client(address.hostname or "127.0.0.1", address.port or 80, headers)
    generator = Generator(
        client=client,
        maker=RequestMaker(Residents(identity.hex[:8], random), random),
        kinds=kinds(random),
        clock=clock,
    )
    link = Link(
        run=identity,
        counts=generator.counts,
        rate=lambda: generator.rate,
        on_rate=lambda rate: _hand_over(loop, generator, rate),
        clock=clock,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, generator.stop)
    link.start()
    logger.info("The built-in traffic has started", run=str(identity), url=url)
    await generator.run()
    await generator.drain(DRAIN)
    client.close()
    await asyncio.to_thread(link.finish)
    return generator.counts


def _hand_over(
    loop: asyncio.AbstractEventLoop, generator: Generator, rate: float
) -> None:
    loop.call_soon_threadsafe(generator.set_rate, rate)

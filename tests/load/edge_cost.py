"""What the edge, the access log and the measurement add to one request.

    python -m tests.load.edge_cost

Drives the same application with and without the stack, in one process without a server,
and prints microseconds a request. At most 350 are allowed: a tenth of what a DRF request takes.
"""

from __future__ import annotations

import asyncio
import io
import os
import statistics
import sys
import time

ALLOWED = 350.0  # µs
_REQUESTS = 2000
_ROUNDS = 7


def main() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")
    django.setup()
    bare, whole = asyncio.run(_measure())
    cost = whole - bare
    print(f"bare {bare:.0f} µs, with the stack {whole:.0f} µs: the stack {cost:.0f} µs")
    return 0 if cost <= ALLOWED else 1


async def _measure() -> tuple[float, float]:
    from ironclad.clock import clock
    from ironclad.edge.background import Background
    from ironclad.edge.business import BusinessObserver
    from ironclad.edge.observers import AccessLog, MetricsObserver
    from ironclad.edge.stack import build
    from ironclad.observability import logs
    from tests.unit.edge.driver import FakeClock, FakeFaults, hello

    stack = build(
        http=hello,
        websocket=hello,
        faults=FakeFaults(FakeClock()),
        observers=(MetricsObserver(), AccessLog(), BusinessObserver(clock)),
        background=Background(),
    )
    # Formatted and written like any line, but to memory: the disk is not measured.
    logs.configure(io.StringIO())
    rounds = [(await _round(hello), await _round(stack)) for _ in range(_ROUNDS)]
    return (
        statistics.median(bare for bare, _ in rounds),
        statistics.median(whole for _, whole in rounds),
    )


async def _round(app: object) -> float:
    from tests.unit.edge.driver import Client, http_scope

    began = time.process_time()
    for number in range(_REQUESTS):
        client = Client(app, http_scope(f"/api/users/{number % 100 + 1}"), b"")  # type: ignore[arg-type]
        await client.task
    return (time.process_time() - began) / _REQUESTS * 1e6


if __name__ == "__main__":
    sys.exit(main())

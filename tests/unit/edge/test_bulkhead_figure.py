"""25 slots, 50 requests a second, 700 ms in the slot: the real admission in fake time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any

import pytest
from django.test import override_settings

from ironclad.edge.admission import Admission
from ironclad.edge.facts import Facts
from ironclad.edge.protocol import Message, Receive, Scope, Send
from ironclad.errors import BulkheadFull
from sre_console.slo import capacity

SLOTS, RATE, HELD, WAIT = 25, 50, 0.7, 1.0
SECONDS = 400


class FakeTimeLoop(asyncio.SelectorEventLoop):
    """Jumps to its next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        scheduled = self._scheduled  # type: ignore[attr-defined]
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False
            self._timer_cancelled_count -= 1  # type: ignore[attr-defined]
        if not self._ready and scheduled:  # type: ignore[attr-defined]
            self._now = max(self._now, scheduled[0]._when)
        super()._run_once()  # type: ignore[misc]


def run(work: Coroutine[Any, Any, None]) -> None:
    loop = FakeTimeLoop()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


async def held(_scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await asyncio.sleep(HELD)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def stays() -> Message:
    """A client that does not leave."""
    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await never


@pytest.mark.parametrize("wait", [0.0, WAIT])
def test_28_6_percent_are_refused_and_none_waits_longer_than_its_bound(
    wait: float,
) -> None:
    refused: list[float] = []
    served: list[float] = []

    async def ask(admission: Admission) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        facts = Facts(request_id="r", started=0.0, service=True)
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/users",
            "ironclad": facts,
        }

        async def send(_message: Message) -> None:
            return

        try:
            await admission(scope, stays, send)
        except BulkheadFull:
            refused.append(loop.time() - began)
        else:
            served.append(loop.time() - began - HELD)

    async def load() -> None:
        with override_settings(ADMISSION_LIMIT=SLOTS, ADMISSION_WAIT=wait):
            admission = Admission(held, clock=None)  # type: ignore[arg-type]
        tasks = []
        for _ in range(SECONDS * RATE):
            tasks.append(asyncio.ensure_future(ask(admission)))
            await asyncio.sleep(1 / RATE)
        await asyncio.gather(*tasks)

    run(load())
    asked = SECONDS * RATE
    assert len(refused) + len(served) == asked
    expected = capacity.refused_evenly(RATE * HELD, SLOTS)
    assert expected == pytest.approx(0.2857, abs=0.0001)
    assert len(refused) / asked == pytest.approx(expected, abs=0.01)
    assert max(*refused, *served) <= wait + 1e-6

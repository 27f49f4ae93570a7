from __future__ import annotations

import asyncio

import pytest

from ironclad.edge import background as module
from ironclad.edge.background import Background, Job

from .driver import Edge, turn


class Work:
    def __init__(self) -> None:
        self.runs = 0

    async def for_ever(self) -> None:
        self.runs += 1
        await asyncio.get_running_loop().create_future()

    async def broken(self) -> None:
        self.runs += 1
        raise RuntimeError


async def test_the_first_request_starts_the_jobs_and_the_second_does_not() -> None:
    work = Work()
    background = Background(lambda: [Job("work", work.for_ever)])
    edge = Edge(background=background)
    assert not background.running
    await edge.get("/livez")
    await edge.get("/livez")
    await turn()
    assert (work.runs, background.running) == (1, True)
    await background.stop()


async def test_a_server_with_lifespan_starts_and_stops_them() -> None:
    work = Work()
    background = Background(lambda: [Job("work", work.for_ever)])
    edge = Edge(background=background)
    told = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent = []

    async def receive() -> dict[str, str]:
        await turn()
        return next(told)

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    await edge.app({"type": "lifespan"}, receive, send)  # type: ignore[arg-type]
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert (work.runs, background.running) == (1, False)


async def test_a_job_that_fails_is_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0)
    work = Work()
    background = Background(lambda: [Job("work", work.broken)])
    background.start()
    await turn(50)
    assert work.runs > 2
    assert background.running
    await background.stop()

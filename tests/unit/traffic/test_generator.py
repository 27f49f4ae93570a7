from __future__ import annotations

import asyncio
from itertools import repeat
from random import Random

import pytest

from sre_console.traffic.connection import ConnectionLost
from sre_console.traffic.generator import Generator
from sre_console.traffic.mix import Kind
from sre_console.traffic.requests import RequestMaker
from sre_console.traffic.residents import Residents


class FakeClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


class FakeClient:
    """Answers when released; `answer` may also be an exception."""

    def __init__(
        self, answer: int | BaseException = 200, *, held: bool = False
    ) -> None:
        self.answer = answer
        self.asked = 0
        self.release = asyncio.Event()
        if not held:
            self.release.set()

    async def ask(self, _method: str, _target: str, _body: bytes) -> tuple[int, bytes]:
        self.asked += 1
        await self.release.wait()
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer, b""


def make(client: FakeClient, clock: FakeClock, **limits: float) -> Generator:
    random = Random(1)
    generator = Generator(
        client=client,
        maker=RequestMaker(Residents("run", random), random),
        kinds=repeat(Kind.GET),
        clock=clock,  # type: ignore[arg-type]  # durations are all it asks for
        **limits,  # type: ignore[arg-type]
    )
    generator.set_rate(50)
    return generator


async def second(generator: Generator, clock: FakeClock) -> None:
    for _ in range(50):
        clock.seconds += 0.02
        generator.send_due()
        await asyncio.sleep(0)


async def test_slow_answers_never_lower_the_rate() -> None:
    client, clock = FakeClient(held=True), FakeClock()
    generator = make(client, clock)
    for _ in range(3):
        await second(generator, clock)
    assert generator.counts.sent == client.asked == 150
    assert generator.counts.in_flight == 150
    client.release.set()
    await generator.drain(5)
    assert (generator.counts.ok, generator.counts.in_flight) == (150, 0)


async def test_what_exceeds_the_limit_in_flight_is_dropped_and_counted() -> None:
    client, clock = FakeClient(held=True), FakeClock()
    generator = make(client, clock, most_in_flight=30)
    await second(generator, clock)
    assert (generator.counts.sent, generator.counts.dropped) == (30, 20)
    client.release.set()
    await generator.drain(5)


async def test_missed_slots_are_counted_as_dropped() -> None:
    client, clock = FakeClient(), FakeClock()
    generator = make(client, clock)
    clock.seconds += 10
    generator.send_due()
    assert generator.counts.dropped + generator.counts.sent == 500
    assert generator.counts.sent < 20
    await generator.drain(5)


@pytest.mark.parametrize(
    ("answer", "column"),
    [
        (200, "ok"),
        (404, "ok"),
        (429, "ok"),
        (500, "failed"),
        (503, "failed"),
        (ConnectionRefusedError(), "failed"),
        (ConnectionLost(), "failed"),
        (ValueError("a defect of the client"), "failed"),
        (TimeoutError(), "late"),
    ],
)
async def test_each_answer_is_counted_once(
    answer: int | BaseException, column: str
) -> None:
    client, clock = FakeClient(answer), FakeClock()
    generator = make(client, clock)
    await second(generator, clock)
    await generator.drain(5)
    counts = generator.counts
    assert getattr(counts, column) == counts.sent == 50
    assert counts.in_flight == 0


async def test_an_answer_past_the_time_limit_is_late() -> None:
    client, clock = FakeClient(held=True), FakeClock()
    generator = make(client, clock, time_limit=0.01)
    await second(generator, clock)
    await generator.drain(5)
    assert generator.counts.late == 50


async def test_the_end_gives_up_what_does_not_answer() -> None:
    client, clock = FakeClient(held=True), FakeClock()
    generator = make(client, clock)
    await second(generator, clock)
    await generator.drain(0.01)
    assert (generator.counts.late, generator.counts.in_flight) == (50, 0)


async def test_stop_ends_the_loop_at_once() -> None:
    generator = make(FakeClient(), FakeClock())
    running = asyncio.create_task(generator.run())
    await asyncio.sleep(0)
    generator.stop()
    await asyncio.wait_for(running, 1)

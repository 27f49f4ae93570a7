from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from ironclad.outbound import courier
from ironclad.outbound.client import Outbound
from ironclad.resilience import process
from ironclad.resilience.events import Event, events

MakeOutbound = Callable[..., Outbound]


@pytest.fixture(autouse=True)
def short_waits(settings: Settings) -> None:
    settings.RETRY_BASE = 0.01  # seconds


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What the patterns emit during the test; whoever subscribes in it is forgotten."""
    monkeypatch.setattr(events, "_observers", events._observers)
    heard: list[Event] = []
    events.subscribe(heard.append)
    return heard


@pytest.fixture
def make(told: list[Event]) -> Iterator[MakeOutbound]:
    """Makes the destination "prometheus"."""
    yield lambda **how: Outbound("prometheus", **how)
    process.breakers.pop("prometheus", None)
    process.bulkheads.pop("outbound-prometheus", None)


@pytest.fixture
def outbound(make: MakeOutbound) -> Outbound:
    return make()


def kill() -> None:
    """End the thread of the calls as a bug would that nobody foresaw."""
    alive = courier.courier()
    alive._loop.call_soon_threadsafe(alive._loop.stop)
    alive._thread.join(5)
    assert not alive.alive


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    kill()
    courier._current = None

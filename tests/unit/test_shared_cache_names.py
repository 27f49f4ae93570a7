from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings
from redis import RedisError

from ironclad.resilience import process
from ironclad.shared_cache import TIMEOUT, SharedCache, _client, breaker


@pytest.fixture(params=["redis://redis:6379/0", "rediss://:p@redis:6379/0"])
def cache(request: pytest.FixtureRequest, settings: Settings) -> Iterator[SharedCache]:
    settings.REDIS_URL = request.param
    _client.cache_clear()
    breaker.cache_clear()
    yield SharedCache("", {})
    _client.cache_clear()
    breaker.cache_clear()
    process.breakers.pop("redis", None)


def test_a_resolver_that_hangs_costs_no_more_than_a_redis_that_does(
    cache: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def hang(*_: object) -> None:
        over.wait(5)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    with pytest.raises(RedisError):
        cache.get("key")
    assert time.monotonic() - began < 3 * TIMEOUT
    over.set()

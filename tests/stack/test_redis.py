"""The cache that replicas share, on a real Redis that stops, dies and comes back."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest
from pytest_django import Settings
from redis import Redis as Client
from redis import RedisError

from ironclad import shared_cache
from ironclad.errors import CircuitOpen
from ironclad.rate_limits.counting import count
from ironclad.rate_limits.redis import CountsInRedis
from ironclad.resilience import process
from ironclad.resilience.breaker import BreakerPolicy
from ironclad.shared_cache import TIMEOUT, SharedCache
from tests.acceptance.harness.waiting import until
from tests.stack.redis import Redis

pytestmark = [pytest.mark.stack, pytest.mark.patient]
OPEN = 0.5  # seconds


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with Redis(tmp_path) as started:
        yield started


@pytest.fixture
def cache(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SharedCache]:
    settings.REDIS_URL = redis.url
    policy = BreakerPolicy(failures=3, open_seconds=OPEN, trial_seconds=OPEN)
    monkeypatch.setattr(shared_cache, "_POLICY", policy)
    shared_cache.breaker.cache_clear()
    shared_cache._client.cache_clear()
    yield SharedCache("", {})
    shared_cache.breaker.cache_clear()
    shared_cache._client.cache_clear()
    process.breakers.pop("redis", None)


def failures(cache: SharedCache, tries: int) -> list[tuple[str, float]]:
    """How each try to count ended, and after how many seconds."""
    found = []
    for _ in range(tries):
        began = time.monotonic()
        try:
            cache.incr("count")
        except (RedisError, CircuitOpen) as error:
            kind = "refused" if isinstance(error, CircuitOpen) else "failed"
            found.append((kind, time.monotonic() - began))
    return found


def test_threads_and_caches_count_together(cache: SharedCache) -> None:
    cache.add("count", 0)
    others = [
        threading.Thread(
            target=lambda: [SharedCache("", {}).incr("count") for _ in range(50)]
        )
        for _ in range(8)
    ]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    assert cache.get("count") == 400


def test_two_hundred_threads_pass_a_limit_of_fifty_exactly_fifty_times(
    cache: SharedCache, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with a cache of its own, as requests and replicas have.

    Who gets no connection in time is counted by its own process instead; here all may wait.
    """
    monkeypatch.setattr(shared_cache, "TIMEOUT", 20.0)
    monkeypatch.setattr(shared_cache, "LONGEST", 40.0)
    kept = "ironclad.rate_limits.redis.CountsInRedis"
    settings.CACHES = {"default": {"BACKEND": kept, "LOCATION": ""}}
    ends = int(time.time()) + 40_000
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda *_: ends)
    passed: list[bool] = []
    together = threading.Barrier(200)

    def one() -> None:
        together.wait(30)
        asked = count(
            HttpRequest(), policy="write", subject="token", who="a", limit="50/d"
        )
        passed.append(not asked.over)

    threads = [threading.Thread(target=one) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(passed), sum(passed)) == (200, 50)


def test_a_counter_never_stays_without_its_end(
    cache: SharedCache, redis: Redis
) -> None:
    counts = CountsInRedis("", {})
    assert counts.add("count", 1, 65)
    assert not counts.add("count", 1, 65)
    assert counts.incr("count") == 2
    with Client.from_url(redis.url) as client:
        (key,) = client.keys()
        assert 60 <= client.ttl(key) <= 65


def test_a_key_that_is_not_there_says_nothing_of_redis(cache: SharedCache) -> None:
    for _ in range(5):
        with pytest.raises(ValueError, match="not found"):
            cache.incr("nothing")
    assert cache.add("key", 1)


def test_one_that_hangs_costs_three_waits_and_then_none(
    cache: SharedCache, redis: Redis
) -> None:
    cache.add("count", 0)
    redis.signal(signal.SIGSTOP)
    found = failures(cache, 20)
    assert [kind for kind, _ in found] == ["failed"] * 3 + ["refused"] * 17
    assert all(seconds < 3 * TIMEOUT for _, seconds in found)
    assert sum(seconds for kind, seconds in found if kind == "refused") < TIMEOUT
    redis.signal(signal.SIGCONT)
    until(lambda: not failures(cache, 1), 10 * OPEN, "it is asked again")


def test_one_that_died_is_asked_again_when_it_is_back(
    cache: SharedCache, redis: Redis
) -> None:
    redis.kill()
    assert [kind for kind, _ in failures(cache, 4)] == ["failed"] * 3 + ["refused"]
    redis.start()
    until(lambda: _added(cache), 10 * OPEN, "it is asked again")


def _added(cache: SharedCache) -> bool:
    try:
        return bool(cache.add("back", 1)) or cache.get("back") == 1
    except (RedisError, CircuitOpen):
        return False

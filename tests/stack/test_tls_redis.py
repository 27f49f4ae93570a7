"""The cluster's Redis as its pod starts it, and the product's cache in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from redis import AuthenticationError, RedisError
from redis import Redis as Client
from redis.exceptions import NoPermissionError

from ironclad import shared_cache
from ironclad.resilience import process
from ironclad.shared_cache import SharedCache
from tests.integration.rotation import certificate
from tests.stack.tls_redis import FILES, TlsRedis

pytestmark = [pytest.mark.stack, pytest.mark.patient]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[TlsRedis]:
    with TlsRedis(tmp_path) as started:
        yield started


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    shared_cache.breaker.cache_clear()
    shared_cache._client.cache_clear()
    yield
    shared_cache.breaker.cache_clear()
    shared_cache._client.cache_clear()
    process.breakers.pop("redis", None)


def test_the_cache_does_all_its_work_over_tls(
    redis: TlsRedis, settings: Settings
) -> None:
    settings.REDIS_URL = redis.url
    cache = SharedCache("", {})
    assert cache.add("count", 0)
    assert cache.incr("count", 3) == 3
    cache.set_many({"a": 1, "b": {"deep": [1]}}, timeout=30)
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": {"deep": [1]}}
    assert cache.touch("a", 60)
    assert cache.has_key("a")
    cache.delete_many(["a"])
    assert cache.delete("b")
    assert cache.get("count") == 3


def test_it_trusts_no_other_authority(
    redis: TlsRedis, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    certificate.write(other)
    settings.REDIS_URL = redis.address(authority=other / "ca.crt")
    with pytest.raises(RedisError, match="certificate verify failed"):
        SharedCache("", {}).add("count", 0)


def test_it_talks_to_nobody_of_another_name(
    redis: TlsRedis, settings: Settings
) -> None:
    settings.REDIS_URL = redis.address(host="localhost")
    with pytest.raises(RedisError, match=r"(?i)hostname mismatch"):
        SharedCache("", {}).add("count", 0)


def test_there_is_no_way_in_without_tls(redis: TlsRedis) -> None:
    with pytest.raises(RedisError):
        Client(port=redis.port, socket_timeout=2).ping()
    assert "port 0" in (FILES / "redis.conf").read_text().splitlines()


def test_there_is_no_way_in_without_the_password(redis: TlsRedis) -> None:
    address = redis.url.replace("rediss://:", "rediss://:not-")
    with pytest.raises(AuthenticationError):
        Client.from_url(address).get("count")
    assert redis.probe("ping.sh") == 0


@pytest.mark.parametrize(
    "words",
    ["KEYS *", "FLUSHALL", "CONFIG GET *", "ACL LIST", "EVAL return 0", "SHUTDOWN"],
)
def test_the_password_opens_a_cache_and_nothing_else(
    redis: TlsRedis, words: str
) -> None:
    with redis.client() as client, pytest.raises(NoPermissionError):
        client.execute_command(*words.split())


def test_no_write_is_refused_when_it_is_full(redis: TlsRedis) -> None:
    with redis.client() as client:
        for number in range(600):
            client.set(f"copy:{number}", "x" * 10_000)
        # Which ones go is drawn from a few that were not asked for lately.
        kept = [number for number in range(600) if client.get(f"copy:{number}")]
    assert 0 < len(kept) < 600


def test_a_renewed_certificate_has_it_restarted(redis: TlsRedis) -> None:
    assert redis.probe("alive.sh") == 0
    redis.renew()
    assert redis.probe("alive.sh") == 1
    redis.kill()
    redis.start()
    assert redis.probe("alive.sh") == 0


def test_an_open_one_never_gets_ready(redis: TlsRedis) -> None:
    redis.open()
    assert redis.probe("ping.sh") == 1


def test_one_that_died_is_neither_ready_nor_alive(redis: TlsRedis) -> None:
    redis.kill()
    assert redis.probe("ping.sh") == 1
    assert redis.probe("alive.sh") == 1

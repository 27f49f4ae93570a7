"""Redis: TLS alone, a password from a file, and nothing that must be kept."""

from __future__ import annotations

import re

import pytest

from tests.manifests.judge.configuration import SECRET, environment, setting
from tests.manifests.judge.objects import Cluster, Pod
from tests.manifests.judge.quantities import amount
from tests.manifests.judge.rendering import NAMED

pytestmark = pytest.mark.manifests


@pytest.fixture
def pod(cluster: Cluster) -> Pod | None:
    """Nothing where an overlay goes without: it is optional outside of the four."""
    if cluster.name in NAMED:
        return cluster.pod("redis")
    return cluster.pod("redis") if cluster.has("redis") else None


def test_it_speaks_tls_alone(cluster: Cluster, pod: Pod | None) -> None:
    if pod is None:
        return
    assert setting(cluster, pod, "port") == "0"
    assert setting(cluster, pod, "tls-port") == "6379"
    for name in ("tls-cert-file", "tls-key-file", "tls-ca-cert-file"):
        assert (setting(cluster, pod, name) or "").startswith("/run/secrets/")


def test_the_service_finds_it_by_a_secret_address(
    cluster: Cluster, pod: Pod | None
) -> None:
    if pod is None:
        return
    (container,) = cluster.pod("backend").spec["containers"]
    assert environment(cluster, container)["REDIS_URL"] == SECRET


def test_its_address_is_one_of_tls(by_hand: dict[str, dict[str, str]]) -> None:
    assert by_hand["redis"]["url"].startswith("rediss://")


def test_it_drops_what_was_not_asked_for_before_it_is_killed(
    cluster: Cluster, pod: Pod | None
) -> None:
    if pod is None:
        return
    kept = _bytes(setting(cluster, pod, "maxmemory") or "0")
    (container,) = pod.spec["containers"]
    # Connections and copies of answers are beside what is kept: Redis does not count all of them.
    assert 0 < 2 * kept <= amount(container["resources"]["limits"]["memory"])
    assert setting(cluster, pod, "maxmemory-policy") == "allkeys-lru"


def _bytes(size: str) -> int:
    """A size as Redis reads it: `mb` is 1024 `kb`, `m` a million."""
    number, unit = re.fullmatch(r"(\d+)([kmg]?b?)", size.lower()).groups()  # type: ignore[union-attr]
    power = " kmg".index(unit[0]) if unit.rstrip("b") else 0
    return int(number) * int((1024 if unit.endswith("b") else 1000) ** power)


@pytest.mark.parametrize(
    ("size", "number"), [("64mb", 2**26), ("64m", 64_000_000), ("1GB", 2**30), ("7", 7)]
)
def test_a_size_is_read_as_redis_reads_it(size: str, number: int) -> None:
    assert _bytes(size) == number

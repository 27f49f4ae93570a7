"""PostgreSQL: room for every replica, TLS alone, and data that stays."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tests.manifests.judge.capacity import most_replicas, surge
from tests.manifests.judge.configuration import environment, files, setting
from tests.manifests.judge.objects import Cluster, Pod
from tests.manifests.judge.quantities import amount, guaranteed
from tests.manifests.judge.rendering import ROOT

pytestmark = pytest.mark.manifests
DATABASES = ("postgres", "postgres-replica")
RESERVED = 3  # PostgreSQL's own default: for superusers alone
OTHERS = 5  # migration, rotation, exporter, and two people


def each_replica_takes(*, redis: bool) -> int:
    """As the guide says it, which the settings confirm; with Redis the limits take none."""
    guide = (ROOT / "docs/guide/configuration.md").read_text("utf-8")
    (row,) = re.findall(r"\| database connections of a replica \| (.*) \|", guide)
    numbers = {name: int(n) for n, name in re.findall(r"(\d+) (?:for )?`?/?(\w+)", row)}
    assert settings.DATABASE_POOLS.items() <= numbers.items()
    assert set(numbers) == {
        *settings.DATABASE_POOLS,
        "background",
        "changes",
        "health",
        "limits",
    }
    return sum(numbers.values()) - (numbers["limits"] if redis else 0)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, cluster: Cluster) -> Pod | None:
    """A server, or nothing where this overlay has no such one."""
    name: str = request.param
    if name == "postgres-replica" and not cluster.has(name):
        return None
    return cluster.pod(name)


def test_it_is_postgresql_15_in_a_stateful_set(database: Pod | None) -> None:
    if database:
        assert database.owner["kind"] == "StatefulSet"
        for container in database.containers():
            assert "/postgres:15." in container["image"]


def test_it_keeps_its_data_in_a_claim(database: Pod | None) -> None:
    if database:
        (claim,) = database.owner["spec"]["volumeClaimTemplates"]
        size = amount(claim["spec"]["resources"]["requests"]["storage"])
        assert size >= amount("1Gi")


def test_the_base_claims_one_gibibyte(cluster: Cluster) -> None:
    if cluster.name in {"minikube", "dev"}:
        (claim,) = cluster.pod("postgres").owner["spec"]["volumeClaimTemplates"]
        assert claim["spec"]["resources"]["requests"]["storage"] == "1Gi"


def test_its_class_of_service_is_guaranteed(database: Pod | None) -> None:
    assert database is None or guaranteed(database)


def test_it_speaks_tls_alone(cluster: Cluster, database: Pod | None) -> None:
    if database:
        assert setting(cluster, database, "ssl") == "on"
        rules = files(cluster, database)["pg_hba.conf"].splitlines()
        kinds = [line.split()[0] for line in rules if line.strip() and line[0] != "#"]
        assert set(kinds) <= {"local", "hostssl", "hostnossl"}
        assert "hostssl" in kinds
        assert not any(
            line.startswith("hostnossl") and line.split()[-1] != "reject"
            for line in rules
        )


def test_every_replica_finds_its_connections_during_a_surge(cluster: Cluster) -> None:
    backend = cluster.pod("backend")
    most = most_replicas(cluster, backend)
    pods = most + surge(backend, most)
    given = int(setting(cluster, cluster.pod("postgres"), "max_connections") or 0)
    assert given == 335
    server = next(c for c in backend.containers() if c["name"] == "backend")
    redis = "REDIS_URL" in environment(cluster, server)
    assert given >= pods * each_replica_takes(redis=redis) + RESERVED + OTHERS


def test_a_replica_takes_no_fewer_connections_than_its_primary(
    cluster: Cluster,
) -> None:
    """PostgreSQL refuses to start a standby with less."""
    if cluster.has("postgres-replica"):
        primary, replica = (
            setting(cluster, cluster.pod(name), "max_connections") for name in DATABASES
        )
        assert int(replica or 0) >= int(primary or 0)


def test_it_outlives_a_rollout_of_the_service(cluster: Cluster) -> None:
    """One whose claims go with it would take the data along."""
    policy = (
        cluster.pod("postgres")
        .owner["spec"]
        .get("persistentVolumeClaimRetentionPolicy", {})
    )
    assert policy.get("whenDeleted", "Retain") == "Retain"
    assert policy.get("whenScaled", "Retain") == "Retain"


def test_it_gets_time_for_its_last_checkpoint(database: Pod | None) -> None:
    if database:
        assert database.spec["terminationGracePeriodSeconds"] >= 60


def test_production_reads_from_a_streaming_replica(prod: Cluster) -> None:
    assert prod.has("postgres-replica")

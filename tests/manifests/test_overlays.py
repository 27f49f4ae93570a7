"""What each of the four environments is made of."""

from __future__ import annotations

import pytest

from tests.manifests.judge.configuration import environment
from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.rendering import NAMED, overlays, render

pytestmark = pytest.mark.manifests
EVERYWHERE = {
    "backend",
    "migrate",
    "postgres",
    "redis",
    "prometheus",
    "alertmanager",
    "grafana",
    "kube-state-metrics",
    "node-exporter",
    "postgres-exporter",
}
PRODUCTION = {"postgres-replica", "rotate-database-password"}
BACKUPS = {"backup-full", "backup-differential", "backup-dump", "backup-validation"}
PRACTICE = {"traffic"}


@pytest.fixture(params=NAMED)
def named(request: pytest.FixtureRequest, kubectl: None) -> Cluster:
    return render(overlays()[request.param])


def test_the_four_overlays_are_there() -> None:
    assert [
        n for n in NAMED if not (overlays()[n] / "kustomization.yaml").exists()
    ] == []


def test_each_runs_the_whole_system_and_no_more(named: Cluster) -> None:
    running = {pod.name for pod in named.pods()}
    wanted = EVERYWHERE | (PRODUCTION if named.name == "prod" else PRACTICE)
    assert running == wanted | (BACKUPS if named.name in {"staging", "prod"} else set())


def test_the_service_reads_its_slis_from_prometheus(named: Cluster) -> None:
    (container,) = named.pod("backend").spec["containers"]
    variables = environment(named, container)
    assert variables["PROMETHEUS_URL"] == "http://prometheus:9090"


def test_two_alertmanagers_watch_over_each_other(named: Cluster) -> None:
    pod = named.pod("alertmanager")
    assert pod.owner["spec"]["replicas"] == 2
    (container,) = pod.spec["containers"]
    assert any("--cluster.peer=" in word for word in container["args"])


def test_no_two_share_a_host(kubectl: None) -> None:
    hosts = [
        rule["host"]
        for name in NAMED
        for ingress in render(overlays()[name]).of("Ingress")
        for rule in ingress["spec"]["rules"]
    ]
    assert len(set(hosts)) == len(NAMED)

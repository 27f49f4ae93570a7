"""What holds for every pod: locked down, bounded, with an account and a rank."""

from __future__ import annotations

import re

import pytest

from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.quantities import unbounded
from tests.manifests.judge.restricted import breaches, laxities
from tests.manifests.judge.rights import tokens

pytestmark = pytest.mark.manifests
WRITTEN = {"PGDATA", "RECEIVED"}  # variables that name the folder in the claim
TOKENS = {"prometheus", "kube-state-metrics", "rotate-database-password"}
RANKS = {
    "service": "ironclad-service",
    "database": "ironclad-service",
    "cache": "ironclad-service",
    "migration": "ironclad-batch",
    "rehearsal": "ironclad-batch",
    "monitoring": "ironclad-monitoring",
}


def test_every_pod_of_the_restricted_namespace_is_restricted(cluster: Cluster) -> None:
    pods = [pod for pod in cluster.pods() if pod.namespace == "ironclad-demo"]
    assert pods
    assert [problem for pod in pods for problem in breaches(pod)] == []


def test_no_container_writes_its_root_nor_leaves_its_user_open(
    cluster: Cluster,
) -> None:
    assert [problem for pod in cluster.pods() for problem in laxities(pod)] == []


def test_a_pod_with_volumes_says_whose_group_they_have(cluster: Cluster) -> None:
    """Else a process that is not root reads no Secret of mode 0440 and writes no claim."""
    without = [
        pod.title
        for pod in cluster.pods()
        if pod.spec.get("volumes")
        and pod.namespace == "ironclad-demo"
        and "fsGroup" not in (pod.spec.get("securityContext") or {})
    ]
    assert without == []


def test_what_is_to_last_is_written_into_the_claim(cluster: Cluster) -> None:
    for pod in cluster.pods():
        claims = pod.owner["spec"].get("volumeClaimTemplates") or []
        for container in pod.spec["containers"] if claims else []:
            mounts = {m["name"]: m["mountPath"] for m in container["volumeMounts"]}
            words = " ".join([
                *container.get("args", []),
                *(f"--path={v['value']}" for v in container.get("env", []) if v["name"] in WRITTEN),
            ])  # fmt: skip
            (path,) = re.findall(r"--(?:storage\.(?:tsdb\.)?)?path=(\S+)", words)
            (claim,) = (mounts[claim["metadata"]["name"]] for claim in claims)
            assert f"{path}/".startswith(f"{claim}/"), pod.title


def test_every_container_says_what_it_needs_and_may_take(cluster: Cluster) -> None:
    assert [problem for pod in cluster.pods() for problem in unbounded(pod)] == []


def test_no_pod_is_told_of_services_by_variables(cluster: Cluster) -> None:
    """A Service named `redis` would set REDIS_PORT and the like in every pod."""
    told = [p.title for p in cluster.pods() if p.spec.get("enableServiceLinks", True)]
    assert told == []


def test_only_three_workloads_carry_a_token(cluster: Cluster) -> None:
    assert tokens(cluster) <= TOKENS
    assert {name for name in TOKENS if cluster.has(name)} <= tokens(cluster)


def test_every_workload_has_an_account_of_its_own(cluster: Cluster) -> None:
    accounts = {pod.title: pod.spec.get("serviceAccountName") for pod in cluster.pods()}
    assert accounts == {pod.title: pod.name for pod in cluster.pods()}


def test_every_pod_has_the_rank_of_its_component(cluster: Cluster) -> None:
    wrong = {
        pod.title: pod.spec.get("priorityClassName")
        for pod in cluster.pods()
        if pod.spec.get("priorityClassName")
        != (
            "ironclad-batch"
            if _batch(pod.owner["kind"])
            else RANKS[_component(pod.labels)]
        )
    }
    assert wrong == {}


def _batch(kind: str) -> bool:
    return kind in {"Job", "CronJob"}


def _component(labels: dict[str, str]) -> str:
    return labels["app.kubernetes.io/component"]


def test_the_service_outranks_monitoring_and_jobs(cluster: Cluster) -> None:
    service, monitoring, batch = (
        cluster.one("PriorityClass", f"ironclad-{rank}")["value"]
        for rank in ("service", "monitoring", "batch")
    )
    assert service > monitoring
    assert service > batch
    assert not any(t.get("globalDefault") for t in cluster.of("PriorityClass"))

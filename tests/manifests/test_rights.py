"""What each account may ask of the API server: this table, and nothing beyond."""

from __future__ import annotations

import pytest

from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.rights import READING, excess, rights, wildcards

pytestmark = pytest.mark.manifests


def _reading(*resources: str) -> frozenset[str]:
    return frozenset(f"{verb} {what}" for what in resources for verb in READING)


def _watching(*resources: str) -> frozenset[str]:
    return frozenset(f"{v} {what}" for what in resources for v in ("list", "watch"))


GRANTED = {
    # Pods by discovery; nodes for their kubelets' figures, never nodes/proxy, which also
    # runs commands in pods.
    "prometheus": _reading("pods")
    | {
        "list nodes everywhere",
        "watch nodes everywhere",
        "get nodes/metrics everywhere",
    },
    "kube-state-metrics": _watching(
        "pods",
        "persistentvolumeclaims",
        "apps/deployments",
        "autoscaling/horizontalpodautoscalers",
        "policy/poddisruptionbudgets",
    ),
    "rotate-database-password": frozenset(
        f"{verb} {what}"
        for what in ("secrets database-app", "apps/deployments backend")
        for verb in ("get", "patch")
    ),
}


def test_no_role_has_a_wildcard(cluster: Cluster) -> None:
    assert wildcards(cluster) == []


def test_no_account_may_more_than_its_work_needs(cluster: Cluster) -> None:
    assert excess(cluster, GRANTED) == []


def test_nobody_reads_secrets_but_the_rotation_its_own(cluster: Cluster) -> None:
    readers = {
        (account, right.name)
        for account, held in rights(cluster).items()
        for right in held
        if right.resource == "secrets"
    }
    assert readers <= {("rotate-database-password", "database-app")}


def test_prometheus_finds_the_pods(cluster: Cluster) -> None:
    if cluster.has("prometheus"):
        held = {str(right) for right in rights(cluster)["prometheus"]}
        assert held >= _reading("pods")

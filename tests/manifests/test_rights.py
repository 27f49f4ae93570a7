"""What each account may ask of the API server: this table, and nothing beyond."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import pytest

from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.rights import READING, excess, rights, wildcards

pytestmark = pytest.mark.manifests


HOME = "ironclad-demo"
BOTH = (HOME, "ironclad-nodes")


def _each(verbs: Iterable[str], *resources: str, of: Iterable[str]) -> frozenset[str]:
    """A right for every verb on every resource in each of these namespaces."""
    return frozenset(
        f"{verb} {what} in {namespace}"
        for verb, what, namespace in product(verbs, resources, of)
    )


GRANTED = {
    # Pods by discovery; nodes for their kubelets' figures, never nodes/proxy, which also
    # runs commands in pods.
    f"{HOME}/prometheus": _each(READING, "pods", of=BOTH)
    | {
        "list nodes everywhere",
        "watch nodes everywhere",
        "get nodes/metrics everywhere",
    },
    f"{HOME}/kube-state-metrics": _each(
        ("list", "watch"),
        "pods",
        "persistentvolumeclaims",
        "apps/deployments",
        "autoscaling/horizontalpodautoscalers",
        "policy/poddisruptionbudgets",
        of=BOTH,
    ),
    f"{HOME}/rotate-database-password": _each(
        ("get", "patch"), "secrets database-app", "apps/deployments backend", of=[HOME]
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
    assert readers <= {(f"{HOME}/rotate-database-password", "database-app")}


def test_prometheus_finds_the_pods(cluster: Cluster) -> None:
    if cluster.has("prometheus"):
        held = {str(right) for right in rights(cluster)[f"{HOME}/prometheus"]}
        assert held >= _each(READING, "pods", of=BOTH)

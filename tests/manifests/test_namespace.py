"""The namespace: restricted, bounded, and wide enough for everything at its largest."""

from __future__ import annotations

import pytest

from tests.manifests.judge.capacity import over_quota
from tests.manifests.judge.limits import outside
from tests.manifests.judge.objects import Cluster, labels_of

pytestmark = pytest.mark.manifests
PSA = "pod-security.kubernetes.io/"


def test_it_enforces_the_restricted_profile(cluster: Cluster) -> None:
    labels = labels_of(cluster.one("Namespace", "ironclad-demo"))
    for mode in ("enforce", "audit", "warn"):
        assert labels[PSA + mode] == "restricted"


def test_every_container_is_within_the_limit_range(cluster: Cluster) -> None:
    assert cluster.of("LimitRange")
    assert outside(cluster) == []


def test_the_quota_has_room_for_everything_at_its_largest(cluster: Cluster) -> None:
    (quota,) = cluster.of("ResourceQuota")
    hard = quota["spec"]["hard"]
    assert {"pods", "requests.cpu", "requests.memory", "limits.memory"} <= set(hard)
    assert over_quota(cluster) == []

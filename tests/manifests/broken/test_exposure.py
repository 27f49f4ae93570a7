from __future__ import annotations

import pytest

from tests.manifests.broken.examples import cluster, service
from tests.manifests.judge.exposure import exposed
from tests.manifests.judge.objects import Object


def _balanced(*ranges: str, kind: str = "LoadBalancer") -> Object:
    one = service()
    one["spec"]["type"] = kind
    if ranges:
        one["spec"]["loadBalancerSourceRanges"] = list(ranges)
    return one


def test_private_networks_and_services_within_the_cluster_pass() -> None:
    inside = _balanced("10.0.0.0/8", "192.168.7.0/24", "fd00::/8")
    assert exposed(cluster(service(), inside)) == []


@pytest.mark.parametrize(
    "block", ["0.0.0.0/0", "::/0", "8.0.0.0/7", "10.0.0.0/7", "203.0.113.0/24", "any"]
)
def test_a_range_that_is_not_private_is_found(block: str) -> None:
    found = exposed(cluster(_balanced("10.0.0.0/8", block)))
    assert found == [f"Service/backend is open to {block}"]


def test_a_load_balancer_without_ranges_is_found() -> None:
    assert exposed(cluster(_balanced())) == ["Service/backend is open to everywhere"]


def test_a_port_of_the_nodes_is_found() -> None:
    found = exposed(cluster(_balanced(kind="NodePort")))
    assert found == ["Service/backend is open at every node"]

"""Who reaches whom: the declared connections, all of them, and no other."""

from __future__ import annotations

import pytest

from tests.manifests.judge.connections import (
    API,
    BETWEEN,
    CLIENT,
    HOME,
    STRANGER,
    cut,
    open_beyond,
)
from tests.manifests.judge.objects import Cluster, namespace_of
from tests.manifests.judge.reachability import Policies, Port, ends_of
from tests.manifests.judge.rendering import overlays, render

pytestmark = pytest.mark.manifests


def test_everything_is_denied_unless_a_policy_says_so(cluster: Cluster) -> None:
    policy = cluster.one("NetworkPolicy", "default-deny")
    assert namespace_of(policy) == HOME
    assert policy["spec"]["podSelector"] == {}
    assert set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
    assert not policy["spec"].get("ingress")
    assert not policy["spec"].get("egress")


def test_a_stranger_in_the_namespace_speaks_to_nobody(cluster: Cluster) -> None:
    policies = Policies(cluster, sure=False)
    for end in (*ends_of(cluster).values(), CLIENT, API):
        for number in (53, 443, 3000, 5432, 6379, 9090):
            assert not policies.lets_out(STRANGER, end, Port(number))
            assert not policies.lets_in(end, STRANGER, Port(number))


def test_every_connection_that_is_needed_is_let_through(cluster: Cluster) -> None:
    assert cut(cluster) == []


def test_no_other_connection_is_let_through(cluster: Cluster) -> None:
    assert open_beyond(cluster) == []


def test_every_component_has_a_policy_of_its_own(cluster: Cluster) -> None:
    names = {pod.name for pod in cluster.pods() if pod.namespace == HOME}
    without = {n for n in names if not cluster.find("NetworkPolicy", f"{n}-netpol")}
    assert without == set()


def test_the_backend_is_reached_at_its_port_alone(cluster: Cluster) -> None:
    ingress = cluster.one("NetworkPolicy", "backend-netpol")["spec"]["ingress"]
    ports = [port["port"] for rule in ingress for port in rule["ports"]]
    assert set(ports) <= {3000, "http"}
    assert ports


def test_every_end_of_the_table_exists(kubectl: None) -> None:
    """A name that is written wrong in the table would be a connection nobody walks."""
    named = {end for way in BETWEEN for end in (way.source, way.destination)}
    there = {n for folder in overlays().values() for n in ends_of(render(folder))}
    assert named - there == set()

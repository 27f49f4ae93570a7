"""The evaluator of NetworkPolicies against what Kubernetes documents of them."""

from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    HOME,
    cluster,
    identity,
    labels,
    policy,
    thing,
)
from tests.manifests.judge.objects import Object
from tests.manifests.judge.reachability import End, Policies, Port

A = End("a", HOME, labels("a"))
B = End("b", HOME, labels("b"), named_ports={"http": Port(3000)})
AWAY = End("away", "elsewhere", labels("a"))
CLIENT = End("client", addresses=("203.0.113.7",))
HTTP = Port(3000)
DENY = policy("default-deny", {}, policyTypes=["Ingress", "Egress"])


def _in(**rule: object) -> Object:
    return policy("b", identity("b"), policyTypes=["Ingress"], ingress=[rule])


def _out(**rule: object) -> Object:
    return policy("a", identity("a"), policyTypes=["Egress"], egress=[rule])


def _connects(*policies: Object, source: End = A, port: Port = HTTP) -> bool:
    both = {
        Policies(cluster(*policies), sure=sure).connects(source, B, port)
        for sure in (True, False)
    }
    (same,) = both
    return same


def test_without_a_policy_everything_passes() -> None:
    assert _connects()


def test_the_default_deny_cuts_both_ends() -> None:
    assert not _connects(DENY)
    assert not _connects(DENY, source=CLIENT)


def test_both_ends_must_permit_it() -> None:
    ingress = _in(**{"from": [{"podSelector": identity("a")}]})
    egress = _out(to=[{"podSelector": identity("b")}])
    assert not _connects(DENY, ingress)
    assert not _connects(DENY, egress)
    assert _connects(DENY, ingress, egress)


def test_policies_add_up() -> None:
    first = _in(**{"from": [{"podSelector": identity("x")}]})
    assert not _connects(first)
    assert _connects(first, _in(**{"from": [{"podSelector": identity("a")}]}))


def test_a_pod_selector_is_of_its_own_namespace() -> None:
    rule = _in(**{"from": [{"podSelector": identity("a")}]})
    assert _connects(rule)
    assert not _connects(rule, source=AWAY)


def test_both_selectors_of_one_peer_must_hold() -> None:
    space = {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}}
    peer = {"namespaceSelector": space, "podSelector": identity("a")}
    assert _connects(_in(**{"from": [peer]}), source=AWAY)
    assert not _connects(_in(**{"from": [peer]}))
    peer = {"namespaceSelector": space, "podSelector": identity("x")}
    assert not _connects(_in(**{"from": [peer]}), source=AWAY)


def test_a_namespace_is_known_by_its_own_labels() -> None:
    space = thing("Namespace", "elsewhere")
    space["metadata"]["labels"] = {"team": "blue"}
    rule = _in(**{"from": [{"namespaceSelector": {"matchLabels": {"team": "blue"}}}]})
    assert _connects(space, rule, source=AWAY)
    assert not _connects(rule, source=AWAY)


@pytest.mark.parametrize(
    ("ports", "passes"),
    [
        ([], True),
        ([{"port": 3000}], True),
        ([{"port": "http"}], True),
        ([{"port": 2000, "endPort": 4000}], True),
        ([{"protocol": "TCP"}], True),
        ([{"port": 3001}], False),
        ([{"port": "https"}], False),
        ([{"port": 3000, "protocol": "UDP"}], False),
        ([{"port": 1000, "endPort": 2000}], False),
    ],
)
def test_a_port_is_by_number_name_range_or_any(
    ports: list[Object], passes: bool
) -> None:
    assert _connects(_in(ports=ports)) is passes
    assert _connects(_out(ports=ports)) is passes


def test_an_address_block_has_holes() -> None:
    every = {"ipBlock": {"cidr": "0.0.0.0/0"}}
    assert _connects(_in(**{"from": [every]}), source=CLIENT)
    hole = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["203.0.113.0/24"]}}
    assert not _connects(_in(**{"from": [hole]}), source=CLIENT)


def test_a_block_of_some_pods_is_enough_for_denial_only() -> None:
    """Where pods live is not known: such a rule may let them in, and need not."""
    rule = _in(**{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]})
    assert Policies(cluster(rule), sure=False).connects(A, B, HTTP)
    assert not Policies(cluster(rule), sure=True).connects(A, B, HTTP)


def test_types_follow_from_the_rules_when_they_are_not_said() -> None:
    only = policy("a", identity("a"), ingress=[])
    assert _connects(only)
    both = policy("a", identity("a"), egress=[])
    assert not _connects(both)


def test_an_address_outside_is_no_pod() -> None:
    assert not _connects(_in(**{"from": [{"podSelector": {}}]}), source=CLIENT)
    assert not _connects(_in(**{"from": [{"namespaceSelector": {}}]}), source=CLIENT)

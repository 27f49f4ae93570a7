from __future__ import annotations

from tests.manifests.broken.examples import (
    cluster,
    container,
    deployment,
    identity,
    pod_spec,
    policy,
)
from tests.manifests.judge.connections import cut, open_beyond
from tests.manifests.judge.objects import Object

DENY = policy("default-deny", {}, policyTypes=["Ingress", "Egress"])
POSTGRES = deployment(
    "postgres",
    pod_spec(container(ports=[{"name": "postgresql", "containerPort": 5432}])),
)
NAMES: Object = {
    "to": [
        {
            "namespaceSelector": {
                "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
            },
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53}],
}
DATABASE: Object = {
    "to": [{"podSelector": identity("postgres")}],
    "ports": [{"port": 5432}],
}


def _backend(*egress: Object) -> Object:
    rules = {"ingress": [{"ports": [{"port": 3000}]}], "egress": list(egress)}
    return policy("backend", identity("backend"), **rules)


def _postgres(**rule: object) -> Object:
    return policy("postgres", identity("postgres"), ingress=[rule])


FROM_BACKEND = _postgres(
    **{"from": [{"podSelector": identity("backend")}], "ports": [{"port": 5432}]}
)
PODS = (DENY, deployment(), POSTGRES)


def test_policies_of_the_table_pass() -> None:
    whole = cluster(*PODS, _backend(NAMES, DATABASE), FROM_BACKEND)
    assert cut(whole) == []
    assert open_beyond(whole) == []


def test_a_connection_cut_at_its_source_is_found() -> None:
    found = cut(cluster(*PODS, _backend(NAMES), FROM_BACKEND))
    assert found == ["backend → postgres:5432/TCP: backend is not let out"]


def test_a_connection_cut_at_its_destination_is_found() -> None:
    found = cut(cluster(*PODS, _backend(NAMES, DATABASE)))
    assert found == ["backend → postgres:5432/TCP: postgres does not let it in"]


def test_names_that_cannot_be_asked_are_found() -> None:
    found = cut(cluster(*PODS, _backend(DATABASE), FROM_BACKEND))
    assert [line.split(":")[0] for line in found] == ["backend → dns"] * 2


def test_a_database_that_is_open_to_all_is_found() -> None:
    every = _postgres(ports=[{"port": 5432}])
    found = open_beyond(cluster(*PODS, _backend(NAMES, DATABASE), every))
    assert "a client outside → postgres:5432/TCP" in found
    assert "a pod elsewhere → postgres:5432/TCP" in found


def test_a_way_out_into_the_world_is_found() -> None:
    world: Object = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}
    whole = cluster(*PODS, _backend(NAMES, DATABASE, world), FROM_BACKEND)
    assert "backend → a client outside:443/TCP" in open_beyond(whole)
    assert "backend → the cloud's metadata:80/TCP" in open_beyond(whole)


def test_a_namespace_without_a_default_deny_is_found() -> None:
    whole = cluster(*PODS[1:], _backend(NAMES, DATABASE), FROM_BACKEND)
    assert "a stranger's pod → a client outside:443/TCP" in open_beyond(whole)

from __future__ import annotations

from tests.manifests.broken.examples import (
    HOME,
    cluster,
    deployment,
    pod_spec,
    thing,
)
from tests.manifests.judge.objects import Cluster, Object
from tests.manifests.judge.rights import excess, tokens, wildcards

ACCOUNT = {"kind": "ServiceAccount", "name": "prometheus", "namespace": HOME}


def _bound(rule: Object, role: str = "Role", **subject: str) -> Cluster:
    reference = {"kind": role, "name": "one"}
    subjects = [{**ACCOUNT, **subject}]
    both = (
        thing(role, "one", rules=[rule]),
        thing(f"{role}Binding", "one", roleRef=reference, subjects=subjects),
    )
    for each in both:
        if role == "ClusterRole":
            del each["metadata"]["namespace"]
    return cluster(*both)


def _elsewhere(bound: Cluster) -> Cluster:
    for each in bound.objects:
        each["metadata"]["namespace"] = "kube-system"
    return bound


PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
GRANTED = {f"{HOME}/prometheus": frozenset({f"get pods in {HOME}"})}


def test_a_right_that_is_granted_passes() -> None:
    assert excess(_bound(PODS), GRANTED) == []


def test_a_right_beyond_it_is_found() -> None:
    more = {**PODS, "verbs": ["get", "delete"]}
    account = f"{HOME}/prometheus"
    assert excess(_bound(more), GRANTED) == [f"{account} may delete pods in {HOME}"]
    assert excess(_bound(PODS), {}) == [f"{account} may get pods in {HOME}"]


def test_the_same_right_in_every_namespace_is_another() -> None:
    assert excess(_bound(PODS, "ClusterRole"), GRANTED) == [
        f"{HOME}/prometheus may get pods everywhere"
    ]


def test_the_same_right_in_another_namespace_is_another() -> None:
    assert excess(_elsewhere(_bound(PODS)), GRANTED) == [
        f"{HOME}/prometheus may get pods in kube-system"
    ]


def test_another_account_of_that_name_is_another() -> None:
    for subject in ({"namespace": "default"}, {"kind": "User"}):
        whose = subject.get("namespace", "User")
        assert excess(_bound(PODS, **subject), GRANTED) == [
            f"{whose}/prometheus may get pods in {HOME}"
        ]


def test_a_right_on_one_object_and_in_a_group_is_told_apart() -> None:
    one = {
        "apiGroups": ["apps"],
        "resources": ["deployments"],
        "resourceNames": ["backend"],
        "verbs": ["patch"],
    }
    assert excess(_bound(one), {}) == [
        f"{HOME}/prometheus may patch apps/deployments backend in {HOME}"
    ]


def test_a_role_of_the_same_name_elsewhere_is_another() -> None:
    home = _bound(PODS)
    more = _elsewhere(_bound({**PODS, "resources": ["secrets"]}))
    both = cluster(*home.objects, *more.objects)
    assert excess(both, GRANTED) == [
        f"{HOME}/prometheus may get secrets in kube-system"
    ]


def test_a_wildcard_is_found() -> None:
    assert wildcards(_bound(PODS)) == []
    for field in ("apiGroups", "resources", "verbs"):
        assert len(wildcards(_bound({**PODS, field: ["*"]}))) == 1


def test_a_token_is_carried_unless_pod_or_account_say_no() -> None:
    silent = pod_spec()
    del silent["automountServiceAccountToken"]
    account = thing("ServiceAccount", "backend")
    assert tokens(cluster(account, deployment())) == set()
    assert tokens(cluster(account, deployment(pod=silent))) == {"backend"}
    refusing = {**account, "automountServiceAccountToken": False}
    assert tokens(cluster(refusing, deployment(pod=silent))) == set()


def test_a_token_that_is_mounted_as_a_volume_is_one() -> None:
    token = {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
    pod = pod_spec(volumes=[{"name": "token", **token}])
    assert tokens(cluster(deployment(pod=pod))) == {"backend"}

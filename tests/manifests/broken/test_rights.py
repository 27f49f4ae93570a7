from __future__ import annotations

from tests.manifests.broken.examples import cluster, deployment, pod_spec, thing
from tests.manifests.judge.objects import Cluster, Object
from tests.manifests.judge.rights import excess, tokens, wildcards


def _bound(rule: Object, kind: str = "Role") -> Cluster:
    subject = {"kind": "ServiceAccount", "name": "prometheus"}
    reference = {"kind": kind, "name": "one"}
    return cluster(
        thing(kind, "one", rules=[rule]),
        thing(f"{kind}Binding", "one", roleRef=reference, subjects=[subject]),
    )


PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}


def test_a_right_that_is_granted_passes() -> None:
    assert excess(_bound(PODS), {"prometheus": frozenset({"get pods"})}) == []


def test_a_right_beyond_it_is_found() -> None:
    more = {**PODS, "verbs": ["get", "delete"]}
    granted = {"prometheus": frozenset({"get pods"})}
    assert excess(_bound(more), granted) == ["prometheus may delete pods"]
    assert excess(_bound(PODS), {}) == ["prometheus may get pods"]


def test_the_same_right_in_every_namespace_is_another() -> None:
    granted = {"prometheus": frozenset({"get pods"})}
    assert excess(_bound(PODS, "ClusterRole"), granted) == [
        "prometheus may get pods everywhere"
    ]


def test_a_right_on_one_object_and_in_a_group_is_told_apart() -> None:
    one = {
        "apiGroups": ["apps"],
        "resources": ["deployments"],
        "resourceNames": ["backend"],
        "verbs": ["patch"],
    }
    assert excess(_bound(one), {}) == ["prometheus may patch apps/deployments backend"]


def test_a_role_of_the_same_name_elsewhere_is_another() -> None:
    home = _bound(PODS)
    more = _bound({**PODS, "resources": ["secrets"]})
    for each in more.objects:
        each["metadata"]["namespace"] = "ironclad-nodes"
    both = cluster(*home.objects, *more.objects)
    granted = {"prometheus": frozenset({"get pods"})}
    assert excess(both, granted) == ["prometheus may get secrets"]


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

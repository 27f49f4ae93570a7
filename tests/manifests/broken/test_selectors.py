from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    cluster,
    deployment,
    identity,
    pod_spec,
    policy,
    service,
    thing,
)
from tests.manifests.judge.objects import Object
from tests.manifests.judge.selectors import (
    beyond_identity,
    foreign_templates,
    selecting_nothing,
    selects,
)

BUDGET = thing(
    "PodDisruptionBudget", "pdb", "policy/v1", spec={"selector": identity("backend")}
)


def test_selectors_that_take_pods_pass() -> None:
    every = policy("default-deny", {})
    found = cluster(deployment(), service(), BUDGET, every)
    assert selecting_nothing(found) == []
    assert beyond_identity(found) == []
    assert foreign_templates(found) == []


@pytest.mark.parametrize(
    "lost", [service(), BUDGET, policy("one", identity("backend"))]
)
def test_a_selector_that_takes_no_pod_is_found(lost: Object) -> None:
    found = selecting_nothing(cluster(deployment("other"), lost))
    assert len(found) == 1
    assert "selects no pod" in found[0]


def test_pods_of_another_namespace_do_not_count() -> None:
    away = deployment()
    away["metadata"]["namespace"] = "elsewhere"
    assert selecting_nothing(cluster(away, service())) == [
        "Service/backend selects no pod"
    ]


def test_a_peer_that_no_pod_is_is_found() -> None:
    rule = {"from": [{"podSelector": identity("backent")}]}
    lost = policy("one", identity("backend"), ingress=[rule])
    (found,) = selecting_nothing(cluster(deployment(), lost))
    assert "backent" in found


def test_a_spread_over_other_pods_is_found() -> None:
    rule = {"topologyKey": "zone", "labelSelector": identity("backent")}
    pod = pod_spec(topologySpreadConstraints=[rule])
    (found,) = selecting_nothing(cluster(deployment(pod=pod)))
    assert "spreads other pods" in found


def test_a_distance_from_pods_that_are_not_there_is_found() -> None:
    rule = {"topologyKey": "host", "labelSelector": identity("backent")}
    for way, entry in (
        ("required", rule),
        ("preferred", {"weight": 1, "podAffinityTerm": rule}),
    ):
        anti = {f"{way}DuringSchedulingIgnoredDuringExecution": [entry]}
        pod = pod_spec(affinity={"podAntiAffinity": anti})
        (found,) = selecting_nothing(cluster(deployment(pod=pod)))
        assert "keeps off pods that are not there" in found


def test_a_workload_that_does_not_select_its_pods_is_found() -> None:
    one = deployment(selector=identity("other"))
    assert foreign_templates(cluster(one)) == [
        "Deployment/backend does not select its own pods"
    ]


def test_a_selector_by_version_is_found() -> None:
    one = deployment()
    one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/version"] = "1.0.0"
    assert len(beyond_identity(cluster(one))) == 1


@pytest.mark.parametrize(
    ("operator", "values", "taken"),
    [
        ("In", ["a", "b"], True),
        ("In", ["b"], False),
        ("NotIn", ["a"], False),
        ("NotIn", ["b"], True),
        ("Exists", None, True),
        ("DoesNotExist", None, False),
    ],
)
def test_an_expression_takes_what_kubernetes_takes(
    operator: str, values: list[str] | None, taken: bool
) -> None:
    rule = {"key": "x", "operator": operator, "values": values}
    assert selects({"matchExpressions": [rule]}, {"x": "a"}) is taken
    assert selects({"matchExpressions": [rule]}, {}) is (
        operator in {"NotIn", "DoesNotExist"}
    )

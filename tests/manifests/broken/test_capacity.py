from __future__ import annotations

from decimal import Decimal

import pytest

from tests.manifests.broken.examples import (
    HOME,
    cluster,
    container,
    deployment,
    pod_spec,
)
from tests.manifests.broken.examples import thing as _thing
from tests.manifests.judge.capacity import most_pods, needs, over_quota
from tests.manifests.judge.limits import outside
from tests.manifests.judge.objects import Object, Pod, template_of
from tests.manifests.judge.quantities import amount, guaranteed, of_pod, unbounded

SURGE = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}
SCALER = _thing(
    "HorizontalPodAutoscaler",
    "hpa",
    spec={
        "scaleTargetRef": {"kind": "Deployment", "name": "backend"},
        "maxReplicas": 10,
    },
)


def _pod(owner: Object) -> Pod:
    return Pod(owner, template_of(owner))


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        ("250m", "0.25"),
        ("1", "1"),
        (2, "2"),
        ("1Gi", 2**30),
        ("1G", 10**9),
        ("512Mi", 2**29),
        ("1k", 1000),
    ],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(
    quantity: str | int, number: str | int
) -> None:
    assert amount(quantity) == Decimal(number)


def test_the_autoscaler_s_maximum_and_the_surge_count() -> None:
    one = deployment(strategy=SURGE)
    assert most_pods(cluster(one), _pod(one)) == 4
    assert most_pods(cluster(one, SCALER), _pod(one)) == 11


def test_a_surge_in_percent_is_rounded_up() -> None:
    one = deployment()  # a quarter of three when nothing is said
    assert most_pods(cluster(one), _pod(one)) == 4
    one = deployment(strategy={"type": "Recreate"})
    assert most_pods(cluster(one), _pod(one)) == 3


def test_the_needs_of_a_namespace_are_those_of_all_its_pods() -> None:
    needed = needs(cluster(deployment(strategy=SURGE), SCALER), HOME)
    assert needed["pods"] == 11
    assert needed["requests.cpu"] == Decimal("2.75")
    assert needed["limits.memory"] == 11 * 512 * 2**20


def test_a_large_init_container_counts_as_itself() -> None:
    large = {"requests": {"cpu": "2", "memory": "1Mi"}}
    pod = pod_spec(initContainers=[container(name="i", resources=large)])
    asked = of_pod(_pod(deployment(pod=pod)))
    assert asked["requests", "cpu"] == 2
    assert asked["requests", "memory"] == amount("256Mi")


def test_a_sidecar_of_the_mesh_counts() -> None:
    one = deployment()
    one["spec"]["template"]["metadata"] = {
        "labels": {"sidecar.istio.io/inject": "true"},
        "annotations": {
            "sidecar.istio.io/proxyCPU": "50m",
            "sidecar.istio.io/proxyCPULimit": "250m",
            "sidecar.istio.io/proxyMemory": "64Mi",
            "sidecar.istio.io/proxyMemoryLimit": "128Mi",
        },
    }
    asked = of_pod(_pod(one))
    assert asked["requests", "cpu"] == Decimal("0.3")
    assert asked["limits", "memory"] == amount("640Mi")


@pytest.mark.parametrize(("pods", "problems"), [("11", 0), ("10", 1)])
def test_a_quota_without_room_is_found(pods: str, problems: int) -> None:
    quota = _thing("ResourceQuota", "q", spec={"hard": {"pods": pods, "cpu": "3"}})
    whole = cluster(deployment(strategy=SURGE), SCALER, quota)
    assert len(over_quota(whole)) == problems


def test_a_container_beyond_the_limit_range_is_found() -> None:
    def limited(**bounds: object) -> list[str]:
        limits = {"limits": [{"type": "Container", **bounds}]}
        return outside(cluster(deployment(), _thing("LimitRange", "l", spec=limits)))

    assert limited(max={"memory": "512Mi"}, min={"cpu": "100m"}) == []
    assert len(limited(max={"memory": "256Mi"})) == 1
    assert len(limited(min={"cpu": "300m"})) == 1


def test_the_class_guaranteed_asks_for_as_much_as_it_may_take() -> None:
    burst = _pod(deployment())
    assert not guaranteed(burst)
    same = {"cpu": "1", "memory": "1Gi"}
    even = container(resources={"requests": same, "limits": same})
    assert guaranteed(_pod(deployment(pod=pod_spec(even))))
    beside = pod_spec(even, container(name="other"))
    assert not guaranteed(_pod(deployment(pod=beside)))


def test_a_container_without_a_limit_is_found() -> None:
    some = {"requests": {"cpu": "1", "memory": "1Mi"}, "limits": {"cpu": "1"}}
    pod = _pod(deployment(pod=pod_spec(container(resources=some))))
    assert unbounded(pod) == ["Deployment/backend, container main: no memory limits"]

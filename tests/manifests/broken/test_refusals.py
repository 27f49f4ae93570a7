from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    cluster,
    container,
    deployment,
    pod_spec,
    thing,
)
from tests.manifests.judge.objects import Object
from tests.manifests.judge.refusals import LARGEST, refused


def test_what_the_server_takes_passes() -> None:
    role = thing("ClusterRole", "reader", "rbac.authorization.k8s.io/v1")
    role["metadata"]["name"] = "system:Reader"
    assert refused(cluster(deployment(), thing("ConfigMap", "a.b-c1"), role)) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("ConfigMap", "Backend"),
        ("ConfigMap", "a_b"),
        ("Service", "1a"),
        ("Service", "a.b"),
    ],
)
def test_a_name_that_is_none_is_found(kind: str, name: str) -> None:
    one = thing(kind, name)
    one["metadata"]["labels"] = {}
    assert refused(cluster(one)) == [f"{kind}/{name}: its name is none"]


@pytest.mark.parametrize("value", ["1.0+build", "-a", "a b", "x" * 64])
def test_a_value_that_no_label_may_have_is_found(value: str) -> None:
    one = thing("ConfigMap", "c")
    one["metadata"]["labels"] = {"version": value}
    assert len(refused(cluster(one))) == 1
    pod = deployment()
    pod["spec"]["template"]["metadata"]["labels"] = {"version": value}
    assert len(refused(cluster(pod))) == 1


PORT = {"containerPort": 80, "name": "web"}
ONE: Object = {"name": "ONE", "value": "1"}
TMP: Object = {"name": "tmp", "emptyDir": {"sizeLimit": "1Mi"}}
MOUNT = {"name": "tmp", "mountPath": "/tmp"}


@pytest.mark.parametrize(
    ("pod", "what"),
    [
        (pod_spec(container(), container()), "container main is there twice"),
        (pod_spec(container(env=[ONE, ONE])), "variable ONE is there twice"),
        (pod_spec(container(ports=[PORT, PORT])), "port web is there twice"),
        (pod_spec(container(volumeMounts=[MOUNT, MOUNT])), "mount /tmp is there twice"),
        (pod_spec(volumes=[TMP, TMP]), "volume tmp is there twice"),
        (pod_spec(volumes=[{"name": "tmp", "emptyDir": {}}]), "may fill the node"),
        (
            pod_spec(
                container(ports=[{"containerPort": 1, "name": "longer-than-it-may"}])
            ),
            "port longer-than-it-may is no name",
        ),
    ],
)
def test_what_a_merge_may_leave_behind_is_found(pod: Object, what: str) -> None:
    assert any(what in problem for problem in refused(cluster(deployment(pod=pod))))


def test_an_object_that_is_too_large_to_apply_is_found() -> None:
    large = thing("ConfigMap", "c", data={"a": "x" * LARGEST})
    (found,) = refused(cluster(large))
    assert "too large" in found

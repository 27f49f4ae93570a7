from __future__ import annotations

import pytest

from tests.manifests.broken.examples import cluster, container, deployment, pod_spec
from tests.manifests.judge.images import of_a_port, tag_of, unpinned
from tests.manifests.judge.labelling import other_versions, strangers, unlabelled
from tests.manifests.judge.objects import Cluster


def _running(image: str) -> Cluster:
    return cluster(deployment(pod=pod_spec(container(image=image))))


@pytest.mark.parametrize(
    "image",
    [
        "thing:1.2.3",
        "r.example:5000/thing:v1.2",
        "thing@sha256:ab",
        "thing:1.0@sha256:ab",
    ],
)
def test_an_exact_tag_or_a_digest_passes(image: str) -> None:
    assert unpinned(_running(image)) == []


@pytest.mark.parametrize(
    "image",
    ["thing", "thing:latest", "r.example:5000/thing", "thing:15", "thing:stable"],
)
def test_an_image_that_may_move_is_found(image: str) -> None:
    assert unpinned(_running(image)) == [f"Deployment/backend runs {image}"]


def test_the_port_of_a_registry_is_no_tag() -> None:
    assert tag_of("r.example:5000/thing") == ""
    assert tag_of("r.example:5000/thing:1.0@sha256:ab") == "1.0"


def test_our_image_from_a_registry_with_a_port_is_found() -> None:
    (found,) = of_a_port(_running("r.example:5000/a/ironclad-backend:1.0.0"))
    assert found.startswith("Deployment/backend runs r.example:5000/")
    for image in ("r.example/a/ironclad-backend:1.0.0", "r.example:5000/thing:1.0.0"):
        assert of_a_port(_running(image)) == []


def test_five_labels_on_object_and_pod_pass() -> None:
    assert unlabelled(cluster(deployment())) == []


def test_a_label_that_is_missing_is_found_in_the_object() -> None:
    one = deployment()
    del one["metadata"]["labels"]["app.kubernetes.io/component"]
    assert unlabelled(cluster(one)) == [
        "Deployment/backend has app.kubernetes.io/component=None"
    ]


def test_a_label_that_is_missing_is_found_in_its_pod() -> None:
    one = deployment()
    one["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/part-of"] = "other"
    (found,) = unlabelled(cluster(one))
    assert found.startswith("the pod of Deployment/backend has")


def test_a_pod_by_another_name_is_found() -> None:
    one = deployment()
    one["metadata"]["name"] = "frontend"
    assert strangers(cluster(one)) == ["Deployment/frontend has pods of backend"]
    assert strangers(cluster(deployment())) == []


@pytest.mark.parametrize(
    ("image", "problems"),
    [
        ("ironclad-backend:1.0.0", 0),
        ("ironclad-backend:1.0.1", 1),
        ("ironclad-backend:1.0.0-rc1", 1),
        ("postgres:1.0.0-bookworm", 0),
        ("prometheus:v1.0.0", 0),
        ("prometheus:v1.0.1", 1),
    ],
)
def test_a_version_other_than_the_tag_is_found(image: str, problems: int) -> None:
    assert len(other_versions(_running(image))) == problems

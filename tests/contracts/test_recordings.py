"""What stands in for a cluster in the dashboards' run is as the manifests would have it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import yaml

from ironclad.embedded.home import CHECKOUT
from tests.manifests.judge.quantities import amount
from tests.stack.exporters import RECORDED

_KUBERNETES = CHECKOUT / "deploy/kubernetes"
_FOLDERS = ("base", "components/redis", "components/monitoring")
_KINDS = {"Deployment", "StatefulSet", "Job"}
_SAMPLE = re.compile(r"(?P<name>\w+)\{(?P<labels>.*)\} (?P<value>\S+)", re.ASCII)
_LABEL = re.compile(r'(\w+)="([^"]*)"', re.ASCII)
_SUFFIX = {  # of a pod's name, after its workload's
    "Deployment": r"-[a-z0-9]+-[a-z0-9]{5}",
    "StatefulSet": r"-\d+",
    "Job": r"-[a-z0-9]{5}",
}


class Sample(NamedTuple):
    name: str
    labels: dict[str, str]
    value: float


def _samples(*names: str) -> list[Sample]:
    text = "\n".join(path.read_text("utf-8") for path in RECORDED.glob("*.prom"))
    return [
        Sample(
            found["name"], dict(_LABEL.findall(found["labels"])), float(found["value"])
        )
        for found in map(_SAMPLE.fullmatch, text.splitlines())
        if found is not None and (not names or found["name"] in names)
    ]


def _workloads() -> Iterator[dict[str, Any]]:
    """Whole ones: a component's patch names no image."""
    for folder in _FOLDERS:
        for path in sorted((_KUBERNETES / folder).rglob("*.yaml")):
            for each in yaml.safe_load_all(path.read_text("utf-8")):
                if each["kind"] in _KINDS and "image" in _containers(each)[0]:
                    yield each


def _containers(workload: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workload["spec"]["template"]["spec"]["containers"]
    return found


WORKLOADS = list(_workloads())


def _workload(pod: str) -> dict[str, Any]:
    (found,) = (
        each
        for each in WORKLOADS
        if re.fullmatch(
            re.escape(each["metadata"]["name"]) + _SUFFIX[each["kind"]], pod
        )
    )
    return found


def _container(labels: dict[str, str]) -> dict[str, Any]:
    containers = _containers(_workload(labels["pod"]))
    (found,) = (each for each in containers if each["name"] == labels["container"])
    return found


def _released(image: str) -> str:
    """As the overlay for production names it."""
    path = _KUBERNETES / "overlays/prod/kustomization.yaml"
    names = {
        each["name"]: f"{each['newName']}:{each['newTag']}"
        for each in yaml.safe_load(path.read_text("utf-8"))["images"]
    }
    return names.get(image, image)


def test_each_recorded_image_is_the_one_of_the_manifests() -> None:
    samples = [s for s in _samples() if s.labels.get("image")]
    assert {s.labels["container"] for s in samples} > {"backend", "prometheus"}
    for sample in samples:
        image = _released(_container(sample.labels)["image"])
        assert sample.labels["image"] == image, sample
        assert sample.labels.get("image_spec", image) == image, sample


def test_the_recorded_pods_are_those_that_the_manifests_make() -> None:
    pods = [s.labels["pod"] for s in _samples("kube_pod_info")]
    found = sorted(_workload(pod)["metadata"]["name"] for pod in pods)
    assert found == sorted(
        each["metadata"]["name"]
        for each in WORKLOADS
        for _ in range(each["spec"].get("replicas", 1))
    )


def test_each_claim_has_the_size_that_its_template_asks_for() -> None:
    claims = {
        f"{template['metadata']['name']}-{each['metadata']['name']}-{number}": float(
            amount(template["spec"]["resources"]["requests"]["storage"])
        )
        for each in WORKLOADS
        for template in each["spec"].get("volumeClaimTemplates", ())
        for number in range(each["spec"]["replicas"])
    }
    recorded = _samples("kube_persistentvolumeclaim_resource_requests_storage_bytes")
    assert {s.labels["persistentvolumeclaim"]: s.value for s in recorded} == claims


@pytest.mark.parametrize("bound", ["requests", "limits"])
def test_each_container_has_the_resources_of_the_manifests(bound: str) -> None:
    samples = _samples(f"kube_pod_container_resource_{bound}")
    assert samples
    for sample in samples:
        wanted = _container(sample.labels)["resources"][bound]
        right = float(amount(wanted[sample.labels["resource"]]))
        assert sample.value == pytest.approx(right), sample


def test_a_volume_holds_what_is_used_and_what_is_left() -> None:
    of = {
        end: {
            s.labels["persistentvolumeclaim"]: s.value
            for s in _samples(f"kubelet_volume_stats_{end}_bytes")
        }
        for end in ("available", "used", "capacity")
    }
    for claim, capacity in of["capacity"].items():
        assert of["available"][claim] + of["used"][claim] == capacity, claim

"""What holds for every object of every overlay."""

from __future__ import annotations

from pathlib import Path

import pytest
from yamllint import linter
from yamllint.config import YamlLintConfig

from tests.manifests.judge import (
    addresses,
    images,
    labelling,
    ports,
    schema,
    selectors,
)
from tests.manifests.judge.configuration import generated
from tests.manifests.judge.objects import Cluster, name_of, namespace_of, title
from tests.manifests.judge.references import BUILT_IN, of_pod
from tests.manifests.judge.refusals import refused
from tests.manifests.judge.rendering import ROOT

pytestmark = pytest.mark.manifests
NAMESPACES = {"ironclad-demo", "ironclad-nodes", "prometheus-adapter"}


@pytest.mark.parametrize("version", schema.VERSIONS)
def test_every_object_has_a_valid_schema(cluster: Cluster, version: str) -> None:
    assert schema.errors(cluster, version) == []


@pytest.mark.parametrize("place", ["deploy", "tests/manifests"])
def test_the_files_pass_yamllint(place: str) -> None:
    config = YamlLintConfig(file=str(ROOT / ".yamllint"))
    files = [f for f in (ROOT / place).rglob("*") if f.suffix in {".yaml", ".yml"}]
    assert files
    assert [problem for file in files for problem in _lint(file, config)] == []


def _lint(file: Path, config: YamlLintConfig) -> list[str]:
    text = file.read_text("utf-8")
    found = linter.run(text, config, str(file))
    return [f"{file.relative_to(ROOT)}:{p.line}: {p.desc}" for p in found]


def test_every_image_is_pinned(cluster: Cluster) -> None:
    assert images.unpinned(cluster) == []


def test_the_registry_of_our_image_has_no_port(cluster: Cluster) -> None:
    """`deploy/kubernetes/release` takes what follows the first colon for the version."""
    assert images.of_a_port(cluster) == []


def test_every_object_and_pod_carries_the_five_labels(cluster: Cluster) -> None:
    assert labelling.unlabelled(cluster) == []
    assert labelling.strangers(cluster) == []
    assert labelling.other_versions(cluster) == []


def test_every_selector_takes_pods_and_the_right_ones(cluster: Cluster) -> None:
    assert selectors.selecting_nothing(cluster) == []
    assert selectors.beyond_identity(cluster) == []
    assert selectors.foreign_templates(cluster) == []


def test_every_port_that_is_named_is_open(cluster: Cluster) -> None:
    assert ports.unserved(cluster) == []


def test_every_address_within_the_cluster_is_answered(cluster: Cluster) -> None:
    assert addresses.astray(cluster) == []


def test_every_object_is_in_a_namespace_of_ours(cluster: Cluster) -> None:
    wrong = {
        title(thing): namespace_of(thing)
        for thing in cluster.objects
        if namespace_of(thing) not in NAMESPACES
        and thing["kind"] not in schema.CLUSTER_WIDE
    }
    assert wrong == {}
    assert {name_of(n) for n in cluster.of("Namespace")} <= NAMESPACES


def test_the_server_takes_every_object(cluster: Cluster) -> None:
    assert refused(cluster) == []


def test_no_object_is_there_twice(cluster: Cluster) -> None:
    names = [(title(thing), namespace_of(thing)) for thing in cluster.objects]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_pod_starts_anew_when_its_configuration_changes(cluster: Cluster) -> None:
    """The name of a ConfigMap holds the hash of its content, so a change is a rollout."""
    fixed = {
        f"{pod.title} → {reference.name}"
        for pod in cluster.pods()
        for reference in of_pod(pod)
        if reference.kind == "ConfigMap"
        and not generated(reference.name)
        and (reference.kind, reference.name) not in BUILT_IN
    }
    assert fixed == set()

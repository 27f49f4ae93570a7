"""Argo CD may do what the overlays need, and nothing else; production waits for a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ARGOCD = ROOT / "deploy/argocd"
KUBERNETES = ROOT / "deploy/kubernetes"
ENVIRONMENTS = ["dev", "staging", "prod"]


def read(name: str) -> Any:
    return yaml.safe_load((ARGOCD / name).read_text("utf-8"))["spec"]


PROJECT = read("project.yaml")


def allowed(scope: str) -> set[tuple[str, str]]:
    return {(each["group"], each["kind"]) for each in PROJECT[f"{scope}Whitelist"]}


def objects(folder: Path) -> Iterator[dict[str, Any]]:
    """What a kustomization brings, with what those that it names bring."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    if "configMapGenerator" in kustomization:
        yield {"apiVersion": "v1", "kind": "ConfigMap"}
    for name in (
        *kustomization.get("resources", []),
        *kustomization.get("components", []),
    ):
        path = (folder / name).resolve()
        if path.is_dir():
            yield from objects(path)
        else:
            yield from yaml.safe_load_all(path.read_text("utf-8"))


DEPLOYED = [
    each for name in ENVIRONMENTS for each in objects(KUBERNETES / "overlays" / name)
]


def test_what_is_deployed_is_allowed_and_no_other_kind() -> None:
    used = {(group_of(each["apiVersion"]), each["kind"]) for each in DEPLOYED}
    assert used == allowed("clusterResource") | allowed("namespaceResource")


def group_of(version: str) -> str:
    return version.rpartition("/")[0]


def test_nothing_is_allowed_wholesale_and_no_secret_at_all() -> None:
    everything = allowed("clusterResource") | allowed("namespaceResource")
    assert [pair for pair in everything if "*" in pair] == []
    assert ("", "Secret") not in everything
    assert "*" not in yaml.safe_dump(PROJECT)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_application_deploys_its_overlay_to_its_own_cluster(
    environment: str,
) -> None:
    app = read(f"{environment}.yaml")
    source, destination = app["source"], app["destination"]
    assert source["repoURL"] in PROJECT["sourceRepos"]
    assert source["path"] == f"deploy/kubernetes/overlays/{environment}"
    assert (ROOT / source["path"] / "kustomization.yaml").is_file()
    assert destination in PROJECT["destinations"]
    assert destination["name"] == f"ironclad-{environment}"


def test_the_destinations_are_our_namespaces_and_no_other() -> None:
    made = {
        each["metadata"]["name"] for each in DEPLOYED if each["kind"] == "Namespace"
    }
    reached = {each["namespace"] for each in PROJECT["destinations"]}
    assert reached == made == {"ironclad-demo", "ironclad-nodes"}


def test_dev_follows_by_itself_and_production_waits_for_a_person() -> None:
    policies = {name: read(f"{name}.yaml")["syncPolicy"] for name in ENVIRONMENTS}
    assert policies["dev"]["automated"] == {"prune": True, "selfHeal": True}
    assert policies["staging"]["automated"]["prune"] is False
    assert "automated" not in policies["prod"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_number_of_replicas_is_left_to_the_autoscaler(environment: str) -> None:
    app = read(f"{environment}.yaml")
    (ignored,) = app["ignoreDifferences"]
    hpa = yaml.safe_load((KUBERNETES / "base/backend/hpa.yaml").read_text("utf-8"))
    scaled = hpa["spec"]["scaleTargetRef"]
    assert (ignored["kind"], ignored["name"]) == (scaled["kind"], scaled["name"])
    assert ignored["jsonPointers"] == ["/spec/replicas"]
    assert "RespectIgnoreDifferences=true" in app["syncPolicy"]["syncOptions"]


def test_deleting_an_application_deletes_nothing_that_runs() -> None:
    texts = [(ARGOCD / f"{name}.yaml").read_text("utf-8") for name in ENVIRONMENTS]
    assert [
        text for text in texts if re.search(r"^ +finalizers:", text, re.MULTILINE)
    ] == []

"""Every variable that our image is given is one that the guide explains."""

from __future__ import annotations

import re

import pytest

from tests.manifests.judge.configuration import environment
from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.rendering import ROOT

pytestmark = pytest.mark.manifests
# Variables of the guide are settings; these are of Python itself.
PYTHON = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "TMPDIR", "HOME"}


def explained() -> set[str]:
    """The settings of the guide, each also from a file."""
    guide = ROOT / "docs/guide/configuration.md"
    names = set(
        re.findall(r"^\| `([A-Z_]+)` \|", guide.read_text("utf-8"), re.MULTILINE)
    )
    assert len(names) > 40
    return names | {f"{name}_FILE" for name in names}


def test_our_containers_are_given_settings_alone(cluster: Cluster) -> None:
    unknown = {
        (pod.name, name)
        for pod in cluster.pods()
        for container in pod.containers()
        if "ironclad-backend" in container["image"]
        for name in environment(cluster, container)
        if name not in explained() | PYTHON
    }
    assert unknown == set()


def test_the_cluster_rehearses_nothing(cluster: Cluster) -> None:
    (container,) = cluster.pod("backend").spec["containers"]
    variables = environment(cluster, container)
    assert variables.get("IRONCLAD_PROFILE", "production") == "production"
    assert variables.get("IRONCLAD_CLOCK_SCALE", "1") == "1"
    assert variables.get("IRONCLAD_SEED_HISTORY", "off") == "off"
    assert variables.get("IRONCLAD_PUBLIC_API", "off") == "off"


def test_production_is_not_for_experiments(prod: Cluster) -> None:
    (container,) = prod.pod("backend").spec["containers"]
    assert environment(prod, container).get("IRONCLAD_CHAOS_ALLOWED", "off") == "off"

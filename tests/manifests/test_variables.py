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


# What stands for an event that did not happen, or is only for practising.
NEVER = {
    "IRONCLAD_PROFILE": "production",
    "IRONCLAD_CLOCK_SCALE": "1",
    "IRONCLAD_SEED_HISTORY": "off",
}
NEVER_IN_PRODUCTION = {
    "IRONCLAD_CHAOS_ALLOWED": "off",
    "IRONCLAD_PUBLIC_API": "off",
    "IRONCLAD_TRAFFIC_RPS": "0",
}


def _other_than(cluster: Cluster, wanted: dict[str, str]) -> dict[str, str]:
    (container,) = cluster.pod("backend").spec["containers"]
    given = environment(cluster, container)
    return {k: given[k] for k, v in wanted.items() if given.get(k, v) != v}


def test_a_cluster_runs_in_real_time_and_makes_nothing_up(cluster: Cluster) -> None:
    assert _other_than(cluster, NEVER) == {}


def test_faults_are_allowed_by_the_name_of_the_environment_alone(
    cluster: Cluster,
) -> None:
    (container,) = cluster.pod("backend").spec["containers"]
    given = environment(cluster, container)
    allowed = given.get("IRONCLAD_CHAOS_ALLOWED", "off").split(",")
    assert "on" not in allowed
    assert "production" not in allowed
    assert allowed == ["off"] or given["IRONCLAD_ENVIRONMENT"] in allowed


def test_production_says_that_it_is_production(prod: Cluster) -> None:
    (container,) = prod.pod("backend").spec["containers"]
    assert environment(prod, container)["IRONCLAD_ENVIRONMENT"] == "production"


def test_production_is_not_for_practising(prod: Cluster) -> None:
    assert _other_than(prod, NEVER_IN_PRODUCTION) == {}
    assert not prod.has("traffic")

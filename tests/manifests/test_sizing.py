"""What the guide says that a whole environment asks for is what its overlay does."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.manifests.judge.capacity import claimed, most_replicas
from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.quantities import RESOURCES, amount, of_pod
from tests.manifests.judge.rendering import NAMED, ROOT, overlays, render

pytestmark = pytest.mark.manifests
STAYING = ("Deployment", "StatefulSet")  # no Jobs; a DaemonSet has one pod on each node


def rows() -> dict[str, list[str]]:
    """The cells of the guide's table by the overlay that they are about."""
    guide = (ROOT / "docs/guide/sizing.md").read_text("utf-8")
    (body,) = re.findall(
        r"^\| overlay \|.*\n\|[-|]+\n((?:\|.*\n)+)", guide, re.MULTILINE
    )
    cells = [
        [c.strip() for c in row.strip("|").split("|")] for row in body.splitlines()
    ]
    return {name.strip("`"): rest for name, *rest in cells}


def asked(cluster: Cluster) -> list[Decimal]:
    """Pods, cores, bytes of memory and bytes of claims, with the replicas as written."""
    pods = [
        (pod, int(pod.owner["spec"].get("replicas", 1)))
        for pod in cluster.pods()
        if pod.owner["kind"] in STAYING
    ]
    sums = [
        sum((of_pod(pod)["requests", what] * many for pod, many in pods), Decimal(0))
        for what in RESOURCES
    ]
    claims = claimed(cluster, "ironclad-demo")["requests.storage"]
    return [Decimal(sum(many for _, many in pods)), *sums, claims]


@pytest.mark.parametrize("name", NAMED)
def test_an_environment_asks_for_what_the_guide_says(name: str, kubectl: None) -> None:
    assert [amount(cell) for cell in rows()[name]] == asked(render(overlays()[name]))


def test_what_comes_beside_is_what_the_guide_says(prod: Cluster) -> None:
    """In the order of its sentences: the autoscaler, the exporters, the migrations."""
    text = (ROOT / "docs/guide/sizing.md").read_text("utf-8")
    told = re.findall(r"(\d+m) and (\d+Mi)", text.partition("## A whole")[2])
    backend = prod.pod("backend")
    more = most_replicas(prod, backend) - backend.owner["spec"]["replicas"]
    wanted = [
        tuple(many * of_pod(prod.pod(name))["requests", what] for what in RESOURCES)
        for name, many in (("backend", more), ("node-exporter", 1), ("migrate", 1))
    ]
    assert [tuple(map(amount, pair)) for pair in told] == wanted


def test_the_guide_knows_every_environment() -> None:
    assert list(rows()) == list(NAMED)

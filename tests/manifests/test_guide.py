"""The guide tells every Secret and key that there is, and its own overlay is one that works."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from tests.manifests.judge import references, secrets
from tests.manifests.judge.connections import NAMES, who_asks_names
from tests.manifests.judge.objects import Cluster, title
from tests.manifests.judge.reachability import End, Policies, Port, ends_of
from tests.manifests.judge.rendering import KUBERNETES, ROOT, overlays, render

pytestmark = pytest.mark.manifests
ByHand = dict[str, dict[str, str]]
MANAGED = End("the managed PostgreSQL", addresses=("10.20.0.7",))


NODE_CACHE = End("the node's cache of names", addresses=("169.254.20.10",))


def example(begins: str) -> str:
    """The guide's one YAML example that begins so."""
    text = (ROOT / "docs/guide/deploy.md").read_text("utf-8")
    (found,) = re.findall(
        rf"^```yaml\n({begins}.+?)```$", text, re.MULTILINE | re.DOTALL
    )
    return str(found)


@pytest.fixture
def own(kubectl: None, tmp_path: Path) -> Cluster:
    """The overlay of one's own, as the guide has it."""
    overlay = example("apiVersion: ")
    base = os.path.relpath(KUBERNETES, tmp_path)
    (tmp_path / "kustomization.yaml").write_text(overlay.replace("..", base), "utf-8")
    return render(tmp_path)


def test_the_guide_lists_what_secrets_sh_makes(by_hand: ByHand) -> None:
    text = (ROOT / "docs/guide/secrets.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \|", text, re.MULTILINE)
    told = {name: set(re.findall(r"`([^`]+)`", keys)) for name, keys in rows}
    assert told == {name: set(keys) for name, keys in by_hand.items()}


DOCUMENTS = sorted((ROOT / "docs").glob("*/*.md"))


def _everywhere(pattern: str) -> set[tuple[str, str]]:
    """What a pattern's group finds, and in which document."""
    return {
        (path.name, name)
        for path in DOCUMENTS
        for name in re.findall(pattern, path.read_text("utf-8"))
    }


def test_every_secret_that_is_named_is_made(by_hand: ByHand) -> None:
    told = _everywhere(r"Secret `([a-z-]+)`")
    assert told
    assert {(file, name) for file, name in told if name not in by_hand} == set()


def test_every_workload_that_is_named_runs(prod: Cluster, kubectl: None) -> None:
    told = _everywhere(r"\b((?:deployment|statefulset|cronjob)/[a-z-]+)")
    dev = render(overlays()["dev"])  # with what is for practising
    there = {
        title(pod.owner).lower() for cluster in (prod, dev) for pod in cluster.pods()
    }
    assert len(told) > 5
    assert {(file, name) for file, name in told if name not in there} == set()


def test_the_guide_s_own_overlay_has_what_it_refers_to(
    own: Cluster, by_hand: ByHand
) -> None:
    assert {pod.name for pod in own.pods()} == {"backend", "migrate", "redis"}
    assert "postgres-tls" not in secrets.issued(own)
    assert references.missing(own, secrets.all_of(own, by_hand)) == []


def test_the_guide_s_own_overlay_reaches_its_database(own: Cluster) -> None:
    policies, ends = Policies(own, sure=True), ends_of(own)
    asks = {name for name in ends if policies.lets_out(ends[name], MANAGED, Port(5432))}
    assert asks == {"backend", "migrate"}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_guide_s_patch_lets_all_who_ask_names_ask_the_node(
    name: str, kubectl: None, tmp_path: Path
) -> None:
    overlay = os.path.relpath(overlays()[name], tmp_path)
    patches = yaml.safe_load(example("- target: "))
    written = {"resources": [overlay], "patches": patches}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(written), "utf-8")
    patched = render(tmp_path)
    policies, ends = Policies(patched, sure=True), ends_of(patched)
    ask = {
        name
        for name in ends
        if all(policies.lets_out(ends[name], NODE_CACHE, port) for port in NAMES)
    }
    assert ask == who_asks_names(patched)

"""The guide tells every Secret and key that there is, and no other."""

from __future__ import annotations

import re

import pytest

from tests.manifests.judge.objects import Cluster, title
from tests.manifests.judge.rendering import ROOT, overlays, render

pytestmark = pytest.mark.manifests


def test_the_guide_lists_what_secrets_sh_makes(
    by_hand: dict[str, dict[str, str]],
) -> None:
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


def test_every_secret_that_is_named_is_made(by_hand: dict[str, dict[str, str]]) -> None:
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

"""The guides of the cluster name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs/guide").glob("*.md"))
DEPLOY = (ROOT / "docs/guide/deploy.md").read_text("utf-8")
OVERLAYS = ROOT / "deploy/kubernetes/overlays"
COMPONENTS = ROOT / "deploy/kubernetes/components"
# A path in words: from a folder of the checkout on, without what stands for something else.
PATH = re.compile(r"(?<![\w/.])((?:deploy|docs|tests)/[\w./*-]*\w)")


def cells(row: str) -> list[str]:
    return [cell.strip().strip("`") for cell in row.strip("|").split("|")]


def rows(first: str) -> list[list[str]]:
    (body,) = re.findall(
        rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", DEPLOY, re.MULTILINE
    )
    return [cells(row) for row in body.splitlines()]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_path_that_a_guide_names_exists(guide: Path) -> None:
    named = set(PATH.findall(guide.read_text("utf-8")))
    assert [path for path in named if not any(ROOT.glob(path))] == []


def test_each_overlay_is_told_with_its_components() -> None:
    told = {row[0]: set(row[1].split(", ")) for row in rows("overlay")}
    made = {}
    for file in OVERLAYS.glob("*/kustomization.yaml"):
        listed = yaml.safe_load(file.read_text("utf-8"))["components"]
        made[file.parent.name] = {Path(path).name for path in listed}
    assert told == made


def test_each_component_is_told() -> None:
    backup = ROOT / "deploy/backup"
    elsewhere = {backup.name, (backup / "object-store").name}
    made = {p.name for p in COMPONENTS.iterdir()}
    assert {row[0] for row in rows("component")} == made | elsewhere


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_each_application_is_told_with_what_it_does_by_itself(environment: str) -> None:
    (told,) = [
        row for row in rows("application") if row[0] == f"ironclad-{environment}"
    ]
    app = yaml.safe_load(
        (ROOT / f"deploy/argocd/{environment}.yaml").read_text("utf-8")
    )
    does = app["spec"]["syncPolicy"].get("automated")
    assert (told[1] == "by itself") is (does is not None)
    assert (told[2] == "yes") is bool(does and does["prune"])
    assert (told[3] == "yes") is bool(does and does["selfHeal"])


def test_the_steps_of_the_pipeline_are_its_scripts() -> None:
    told = set(
        re.findall(
            r"deploy/pipeline/[\w-]+\.sh", " ".join(row[1] for row in rows("step"))
        )
    )
    made = {
        f"deploy/pipeline/{path.name}"
        for path in (ROOT / "deploy/pipeline").glob("*.sh")
    }
    assert told == made

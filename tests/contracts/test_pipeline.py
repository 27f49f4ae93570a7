"""The pipeline's workflows: pinned, least permitted, and naming only what exists."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PIPELINE = ROOT / "deploy/pipeline"
WORKFLOWS = sorted((PIPELINE / "github").glob("*.yaml"))
OVERLAYS = ROOT / "deploy/kubernetes/overlays"
ENVIRONMENTS = ["dev", "staging", "prod"]
PINNED_ACTION = re.compile(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+")
PINNED_IMAGE = re.compile(r"[\w.-]+(/[\w.-]+)+:v?\d[\w.-]*(@sha256:[0-9a-f]{64})?")
# The most that any job may be given, and for what.
ALLOWED = {
    ("release.yaml", "contents"): "write",  # handed on to promote.yaml
    ("release.yaml", "id-token"): "write",  # signing
    ("promote.yaml", "contents"): "write",  # the commit
}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            yield path.name, name, job


def every(key: str) -> list[str]:
    """All values of that key in the steps and jobs of all workflows."""
    steps = [step for _, _, job in jobs() for step in job.get("steps", [])]
    found = [
        each[key] for each in [*steps, *(job for *_, job in jobs())] if key in each
    ]
    assert found
    return found


RELEASE = read(PIPELINE / "github/release.yaml")


@pytest.mark.parametrize("used", sorted(set(every("uses"))))
def test_an_action_is_pinned_and_a_workflow_is_ours(used: str) -> None:
    if used.startswith("./.github/workflows/"):
        assert (PIPELINE / "github" / Path(used).name).is_file()
    else:
        assert PINNED_ACTION.fullmatch(used)


def test_every_image_is_pinned() -> None:
    scripts = "\n".join(path.read_text("utf-8") for path in PIPELINE.glob("*.sh"))
    images = [job["container"]["image"] for *_, job in jobs() if "container" in job]
    images += re.findall(r"^[A-Z]+=(\S+/\S+)", scripts, re.MULTILINE)
    images.append(RELEASE["env"]["BASE_IMAGE"])
    assert len(images) == 4
    assert [image for image in images if not PINNED_IMAGE.fullmatch(image)] == []


def test_every_script_and_target_that_is_run_exists() -> None:
    commands = "\n".join(every("run"))
    scripts = set(re.findall(r"(?:deploy/pipeline|\.ci)/[\w.-]+", commands))
    assert {f"deploy/pipeline/{path.name}" for path in PIPELINE.glob("*.sh")} <= scripts
    assert [name for name in scripts if not os.access(ROOT / name, os.X_OK)] == []


def test_nothing_from_outside_is_put_into_a_command() -> None:
    """A tag's name, say: by a variable it is a word, in the text it would be a command."""
    assert [command for command in every("run") if "${{" in command] == []


def test_no_job_may_do_more_than_it_must() -> None:
    for path in WORKFLOWS:
        assert read(path)["permissions"] in ({}, {"contents": "read"})
    for file, name, job in jobs():
        for what, level in job.get("permissions", {}).items():
            assert level in {"read", ALLOWED.get((file, what))}, (name, what)
    signers = [
        name for _, name, job in jobs() if "id-token" in job.get("permissions", {})
    ]
    assert signers == ["image"]


def test_a_release_is_checked_built_and_then_goes_from_one_environment_to_the_next() -> (
    None
):
    needs = {name: job.get("needs") for name, job in RELEASE["jobs"].items()}
    assert needs == {
        "check": None,
        "image": "check",
        "dev": "image",
        "staging": ["image", "dev"],
        "prod": ["image", "staging"],
    }


def test_it_is_scanned_before_it_is_published_and_signed_after() -> None:
    steps = [step.get("run", "") for step in RELEASE["jobs"]["image"]["steps"]]
    order = re.findall(r"deploy/pipeline/(\w+)\.sh", "\n".join(steps))
    assert order == ["build", "scan", "publish", "sign"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_is_promoted_to_with_the_image_that_its_overlay_names(
    environment: str,
) -> None:
    given = RELEASE["jobs"][environment]["with"]
    (entry,) = read(OVERLAYS / environment / "kustomization.yaml")["images"]
    assert given["environment"] == environment
    assert given["image"] == RELEASE["env"]["IMAGE"] == entry["newName"]
    assert entry["name"] == "ironclad-backend"


def test_every_change_is_audited_and_its_manifests_scanned() -> None:
    found = read(PIPELINE / "github/check.yaml")
    ran = {
        name: [step["run"] for step in job["steps"] if "run" in step]
        for name, job in found["jobs"].items()
    }
    assert ran["audit"] == ["make audit"]
    assert ran["manifests"] == ["deploy/pipeline/scan-manifests.sh reports"]
    assert found["on"]["schedule"]  # new advisories come without a change


def test_a_promotion_waits_for_whoever_has_to_agree() -> None:
    (job,) = read(PIPELINE / "github/promote.yaml")["jobs"].values()
    assert job["environment"] == "${{ inputs.environment }}"
    ran = "\n".join(step.get("run", "") for step in job["steps"])
    assert ran.index("verify.sh") < ran.index("promote.sh") < ran.index("git push")

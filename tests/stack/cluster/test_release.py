"""A release is one tag: the name of the migrations' Job, and every version label, follow it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stack.cluster import manifests

pytestmark = [pytest.mark.stack, pytest.mark.patient]

DIGEST = "sha256:" + "0" * 64
VERSION = "app.kubernetes.io/version"


def tag(container: dict[str, Any]) -> str:
    return str(container["image"]).partition("@")[0].rpartition(":")[2]


def told(folder: Path) -> dict[str, str]:
    """Where a version is told, and which."""
    (job,) = manifests.of_kind(folder, "Job")
    found = {"job": job["metadata"]["name"].removeprefix("migrate-")}
    for kind in ("Job", "Deployment"):
        for thing in manifests.of_kind(folder, kind):
            template = thing["spec"]["template"]
            name = thing["metadata"]["labels"]["app.kubernetes.io/name"]
            images = template["spec"]["containers"]
            if "ironclad-backend" not in images[0]["image"]:
                continue
            found |= {
                f"{name} image": tag(images[0]),
                f"{name} label": thing["metadata"]["labels"][VERSION],
                f"{name} pods": template["metadata"]["labels"][VERSION],
            }
    return found


@pytest.mark.parametrize("name", [*manifests.OVERLAYS, "base"])
def test_one_version_is_told_everywhere(name: str) -> None:
    overlay = manifests.KUBERNETES / "overlays" / name
    versions = told(overlay if overlay.exists() else manifests.KUBERNETES / name)
    assert len(versions) >= 7
    assert len(set(versions.values())) == 1, versions


@pytest.mark.parametrize(
    "change",
    [{"newTag": "1.2.0-rc.1"}, {"newTag": "1.2.0-rc.1", "digest": DIGEST}],
    ids=["a tag", "a tag and a digest"],
)
def test_another_tag_is_all_that_a_release_changes(
    tmp_path: Path, change: dict[str, str]
) -> None:
    deploy = manifests.KUBERNETES.parent
    shutil.copytree(deploy, tmp_path / "deploy")
    overlay = tmp_path / "deploy" / "kubernetes" / "overlays" / "prod"
    file = overlay / "kustomization.yaml"
    chosen = yaml.safe_load(file.read_text())
    chosen["images"][0] |= change
    file.write_text(yaml.safe_dump(chosen))
    assert set(told(overlay).values()) == {"1.2.0-rc.1"}


def test_a_change_of_settings_leaves_the_job_as_it_is() -> None:
    """A Job cannot be changed, and `kubectl apply` of another one of its name fails."""
    jobs = [
        manifests.of_kind(manifests.KUBERNETES / "overlays" / name, "Job")[0]["spec"]
        for name in ("dev", "staging")
    ]
    assert jobs[0] == jobs[1]
    assert "configMapRef" not in str(jobs[0])

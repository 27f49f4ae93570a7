"""Renders overlays, each once, and runs what makes the Secrets."""

from __future__ import annotations

import os
import subprocess
from base64 import b64decode
from functools import cache
from pathlib import Path

import yaml

from tests.manifests.judge.objects import Cluster

ROOT = Path(__file__).parents[3]
KUBERNETES = ROOT / "deploy/kubernetes"
NAMED = ("minikube", "dev", "staging", "prod")


def overlays() -> dict[str, Path]:
    """The folder of every overlay by name: the four that must be there, and all that are."""
    found = {name: KUBERNETES / "overlays" / name for name in NAMED}
    for place in (KUBERNETES / "overlays", ROOT / "tests/manifests/overlays"):
        for file in sorted(place.glob("*/kustomization.yaml")):
            found[file.parent.name] = file.parent
    return found


class RenderError(Exception):
    """An overlay that kustomize cannot build, or builds with a warning."""


@cache
def render(folder: Path) -> Cluster:
    done = subprocess.run(
        ["kubectl", "kustomize", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or done.stderr.strip():
        # Before `err=` kubectl says where in its own source it stopped.
        reason = done.stderr.strip().rpartition("err=")[2]
        raise RenderError(f"{folder.name} cannot be rendered: {reason}")
    # The loader in C: dashboards make an overlay long.
    objects = yaml.load_all(done.stdout, Loader=yaml.CSafeLoader)
    return Cluster(folder.name, tuple(thing for thing in objects if thing))


@cache
def made_secrets(hosts: str = "postgres:5432") -> dict[str, dict[str, str]]:
    """Keys and values of each Secret that `secrets.sh --print` makes, by its name.

    `hosts` are the servers that take turns as the primary, with a comma between.
    """
    script = KUBERNETES / "secrets.sh"
    done = subprocess.run(
        [str(script), "--print"],
        env=os.environ | {"DATABASE_HOSTS": hosts},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"secrets.sh --print: {done.stderr.strip()}"
    made: dict[str, dict[str, str]] = {}
    for thing in yaml.safe_load_all(done.stdout):
        if thing and thing["kind"] == "Secret":
            coded = thing.get("data") or {}
            made[thing["metadata"]["name"]] = {
                key: b64decode(value).decode() for key, value in coded.items()
            }
    return made

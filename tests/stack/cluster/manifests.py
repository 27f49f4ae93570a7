"""What the manifests make, and what secrets.sh does: by kubectl, without a cluster."""

from __future__ import annotations

import base64
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ironclad.embedded.home import CHECKOUT

KUBERNETES = CHECKOUT / "deploy" / "kubernetes"
SCRIPT = KUBERNETES / "secrets.sh"
OVERLAYS = ("minikube", "dev", "staging", "prod")


@cache
def rendered(folder: Path) -> tuple[dict[str, Any], ...]:
    assert shutil.which("kubectl"), "no kubectl here: it renders the manifests"
    done = subprocess.run(
        ["kubectl", "kustomize", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(yaml.load_all(done.stdout, Loader=yaml.CSafeLoader))


def of_kind(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [thing for thing in rendered(folder) if thing["kind"] == kind]


def secrets(*options: str) -> list[dict[str, Any]]:
    """The manifests of `secrets.sh --print`."""
    done = subprocess.run(
        [SCRIPT, "--print", *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def values(secret: dict[str, Any]) -> dict[str, str]:
    return {
        key: base64.b64decode(value).decode() for key, value in secret["data"].items()
    }

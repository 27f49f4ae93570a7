"""What the cluster is told of the rotation."""

from __future__ import annotations

from typing import Any

import yaml

from ironclad.embedded.home import CHECKOUT
from tests.integration.rotation.cluster import NAMESPACE

_FOLDER = (
    CHECKOUT / "deploy/kubernetes/components/password-rotation/rotate-database-password"
)


def manifest(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text())
    return found


def paths(rule: dict[str, Any]) -> list[str]:
    """The API's paths of the objects that a Role's rule names."""
    return [
        f"{'/apis/' + group if group else '/api'}/v1/namespaces/{NAMESPACE}/{kind}/{name}"
        for group in rule["apiGroups"]
        for kind in rule["resources"]
        for name in rule["resourceNames"]
    ]

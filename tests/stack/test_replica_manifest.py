"""What the replica's pod is given beside its files, as production renders it."""

from __future__ import annotations

import subprocess
from functools import cache
from typing import Any

import pytest
import yaml

from ironclad.embedded.home import CHECKOUT

pytestmark = [pytest.mark.stack, pytest.mark.patient]
KUBERNETES = CHECKOUT / "deploy/kubernetes"


@cache
def pod(name: str) -> dict[str, Any]:
    done = subprocess.run(
        ["kubectl", "kustomize", KUBERNETES / "overlays/prod"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (found,) = [
        thing["spec"]["template"]["spec"]
        for thing in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader)
        if (thing["kind"], thing["metadata"]["name"]) == ("StatefulSet", name)
    ]
    assert isinstance(found, dict)
    return found


def server(name: str) -> dict[str, Any]:
    """Its PostgreSQL: the primary has a neighbour that archives."""
    (found,) = [c for c in pod(name)["containers"] if c["name"] == "postgres"]
    assert isinstance(found, dict)
    return found


def test_it_may_use_what_its_primary_may() -> None:
    wanted = server("postgres")["resources"]
    replica = pod("postgres-replica")
    given = replica["initContainers"] + replica["containers"]
    assert [container["resources"] for container in given] == [wanted, wanted]


def test_it_has_the_settings_of_its_primary_and_its_own_file() -> None:
    primary, replica = server("postgres"), server("postgres-replica")
    assert replica["args"] == primary["args"]
    shell = [*replica["command"], "echo", *replica["args"][1:]]
    said = subprocess.run(shell, capture_output=True, text=True, check=True).stdout
    files = [word for word in said.split() if word.startswith("config_file=")]
    assert files[-1] == "config_file=/run/replica/postgresql.conf"


def test_it_mounts_the_primarys_own_configuration() -> None:
    primary, replica = pod("postgres"), pod("postgres-replica")
    (wanted,) = [v for v in primary["volumes"] if v["name"] == "config"]
    assert wanted in replica["volumes"]
    assert {"name": "config", "mountPath": "/etc/postgresql", "readOnly": True} in (
        server("postgres-replica")["volumeMounts"]
    )


@pytest.mark.parametrize("probe", ["readinessProbe", "livenessProbe"])
def test_it_is_looked_after_as_its_primary(probe: str) -> None:
    primary, replica = server("postgres"), server("postgres-replica")
    assert replica[probe] == primary[probe]

"""From an empty database to a replica that serves, with the environment of the pods."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from ironclad.embedded.home import CHECKOUT
from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until
from tests.stack.cluster import manifests
from tests.stack.cluster.postgres import ClusterPostgres, cluster_postgres

pytestmark = [pytest.mark.stack, pytest.mark.patient]

HSTS = "max-age=31536000; includeSubDomains"
PROD = manifests.KUBERNETES / "overlays" / "prod"


@pytest.fixture(scope="module")
def postgres(secrets: dict[str, dict[str, str]]) -> Iterator[ClusterPostgres]:
    """One of its own: it is migrated here."""
    with cluster_postgres(secrets) as running:
        yield running


@pytest.fixture(scope="module")
def unmigrated(postgres: ClusterPostgres) -> str:
    """What the init container of a backend says there."""
    done = manage(postgres, "Deployment", 0, "await_migrations", "--patience=0")
    assert done.returncode == 1
    return done.stderr


@pytest.fixture(scope="module")
def migrated(postgres: ClusterPostgres, unmigrated: str) -> ClusterPostgres:
    done = manage(postgres, "Job", 0, "prepare")
    assert done.returncode == 0, done.stderr
    return postgres


def containers(kind: str) -> list[dict[str, Any]]:
    """Of the backend's Deployment or the migrations' Job, init containers first."""
    (one,) = (
        thing
        for thing in manifests.of_kind(PROD, kind)
        if thing["metadata"]["labels"]["app.kubernetes.io/name"]
        in {"backend", "migrate"}
    )
    spec = one["spec"]["template"]["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def environment(postgres: ClusterPostgres, container: dict[str, Any]) -> dict[str, str]:
    """The container's variables, and of this process's none but what Python needs."""
    found = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    for source in container.get("envFrom", []):
        (config,) = (
            thing
            for thing in manifests.of_kind(PROD, "ConfigMap")
            if thing["metadata"]["name"] == source["configMapRef"]["name"]
        )
        found |= config["data"]
    for variable in container["env"]:
        reference = variable["valueFrom"]["secretKeyRef"]
        held = postgres.secrets.get(reference["name"], {})
        if reference["key"] in held:
            found[variable["name"]] = held[reference["key"]]
        else:
            assert reference.get("optional") or not held, variable["name"]
    found["DATABASE_URL"] = postgres.url(found["DATABASE_URL"])
    found.pop("REDIS_URL", None)  # of another server's test
    found.pop("PROMETHEUS_URL", None)
    return found


def manage(
    postgres: ClusterPostgres, kind: str, number: int, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=environment(postgres, containers(kind)[number]),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture(scope="module")
def address(
    migrated: ClusterPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A replica that is ready."""
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    more = {"PORT": str(port), "IRONCLAD_HOME": str(home), "IRONCLAD_DRAIN_DELAY": "0"}
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--host=127.0.0.1"],
            env=environment(migrated, containers("Deployment")[1]) | more,
            cwd=CHECKOUT,
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(f"{url}/readyz"), 60, "the replica is ready")
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0, (home / "log").read_text()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_replica_waits_for_the_migrations(unmigrated: str) -> None:
    assert "Migrations are missing" in unmigrated


def test_it_waits_no_more_after_them(migrated: ClusterPostgres) -> None:
    done = manage(migrated, "Deployment", 0, "await_migrations", "--patience=0")
    assert (done.returncode, done.stdout) == (0, "No migration is missing.\n")


def test_migrating_again_changes_nothing(migrated: ClusterPostgres) -> None:
    """As after the Job was cleaned up, or when an older version comes back."""
    assert manage(migrated, "Job", 0, "prepare").returncode == 0


def test_the_service_may_write_rows_and_change_no_table(
    migrated: ClusterPostgres,
) -> None:
    with psycopg.connect(migrated.url_of("app"), autocommit=True) as connection:
        connection.execute("INSERT INTO users (name, email) VALUES ('A', 'a@b.co')")
        for statement in ("DROP TABLE users", "CREATE TABLE other (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_a_replica_has_no_error_to_tell_of_its_settings(
    migrated: ClusterPostgres,
) -> None:
    done = manage(migrated, "Deployment", 1, "check")
    assert done.returncode == 0, done.stderr
    # Whom to tell of a weakness is for whoever deploys it to name.
    assert set(re.findall(r"ironclad\.[EW]\d+", done.stderr)) == {"ironclad.W081"}


def test_browsers_are_told_to_come_by_tls_alone(address: str) -> None:
    asked = {"Host": "ironclad.example.org", "X-Forwarded-Proto": "https"}
    answer = httpx.get(f"{address}/console/sign-in", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"] == HSTS
    assert "Secure" in answer.headers["set-cookie"]


def test_alertmanager_is_let_in_by_the_services_name(
    address: str, postgres: ClusterPostgres
) -> None:
    token = postgres.secrets["backend"]["ALERTMANAGER_TOKEN"]
    answer = httpx.post(
        f"{address}/api/alertmanager",
        headers={"Host": "backend:3000", "Authorization": f"Bearer {token}"},
        json={"version": "4", "status": "firing", "alerts": []},
    )
    # Of the message alone: neither the host nor the token was refused.
    assert {e["code"] for e in answer.json()["errors"]} == {"VALIDATION_ERROR"}


def test_probes_and_scrapes_come_by_the_pods_address(
    address: str, postgres: ClusterPostgres
) -> None:
    token = postgres.secrets["backend"]["METRICS_TOKEN"]
    by_address = {"Host": "10.1.2.3:3000"}
    for path in ("/livez", "/readyz", "/health"):
        assert httpx.get(address + path, headers=by_address).status_code == 200
    assert httpx.get(f"{address}/metrics", headers=by_address).status_code == 401
    by_address["Authorization"] = f"Bearer {token}"
    assert httpx.get(f"{address}/metrics", headers=by_address).status_code == 200

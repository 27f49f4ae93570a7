"""What secrets.sh writes: every Secret, with certificates that hold."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.stack.cluster import manifests

pytestmark = [pytest.mark.stack, pytest.mark.patient]

TLS = {"tls.crt", "tls.key", "ca.crt"}
EXPECTED = {
    "backend": {"SECRET_KEY", "METRICS_TOKEN", "ALERTMANAGER_TOKEN"},
    "audit": {"AUDIT_KEY"},
    "postgres": {
        "superuser-password",
        "owner-password",
        "app-password",
        "exporter-password",
        "replication-password",
        "backup-password",
    },
    "database-owner": {"url"},
    "database-app": {"url"},
    "database-exporter": {"url"},
    "database-backup": {"url"},
    "pgbackrest": {"secrets.conf"},
    "redis": {"url", "password"},
    "grafana": {"admin-password"},
    "postgres-tls": TLS,
    "redis-tls": TLS,
    "backend-ingress-tls": TLS,
    "backup-tls": TLS,
}


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    return {thing["metadata"]["name"]: thing for thing in manifests.secrets()}


def test_it_makes_every_secret_with_its_keys(made: dict[str, dict[str, Any]]) -> None:
    assert {name: set(thing["data"]) for name, thing in made.items()} == EXPECTED


def test_every_secret_is_in_the_namespace_with_five_labels(
    made: dict[str, dict[str, Any]],
) -> None:
    for name, thing in made.items():
        assert thing["metadata"]["namespace"] == "ironclad-demo"
        labels = thing["metadata"]["labels"]
        assert labels["app.kubernetes.io/name"] == name
        assert len(labels) == 5


def test_the_addresses_hold_the_passwords(made: dict[str, dict[str, Any]]) -> None:
    passwords = manifests.values(made["postgres"])
    for role in ("owner", "app", "exporter", "backup"):
        url = manifests.values(made[f"database-{role}"])["url"]
        assert url == (
            f"postgresql://ironclad_{role}:{passwords[f'{role}-password']}@postgres:5432"
            "/ironclad?sslmode=verify-full&sslrootcert=/run/secrets/database/ca.crt"
        )
    redis = manifests.values(made["redis"])
    assert redis["url"].startswith(f"rediss://:{redis['password']}@redis:6379/0?")


def test_no_value_is_used_twice(made: dict[str, dict[str, Any]]) -> None:
    plain = [
        value
        for name, thing in made.items()
        if not name.endswith("-tls")
        for key, value in manifests.values(thing).items()
        if key != "url"
    ]
    assert len(set(plain)) == len(plain) == 13
    assert min(len(value) for value in plain) >= 32


def test_another_run_draws_other_values(made: dict[str, dict[str, Any]]) -> None:
    again = {t["metadata"]["name"]: t for t in manifests.secrets()}
    same = {name for name in made if again[name]["data"] == made[name]["data"]}
    assert same == set()


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("postgres-tls", "postgres"),
        ("postgres-tls", "postgres.ironclad-demo.svc"),
        ("postgres-tls", "postgres-replica"),
        ("postgres-tls", "postgres-headless.ironclad-demo.svc"),
        (
            "postgres-tls",
            "postgres-0.postgres-headless.ironclad-demo.svc.cluster.local",
        ),
        ("redis-tls", "redis"),
        ("redis-tls", "redis.ironclad-demo.svc.cluster.local"),
        ("backend-ingress-tls", "ironclad.example.org"),
        ("backend-ingress-tls", "staging.ironclad.example.org"),
    ],
)
def test_a_certificate_holds_for_the_name(
    made: dict[str, dict[str, Any]], tmp_path: Path, name: str, host: str
) -> None:
    assert "OK" in verify(made[name], tmp_path, host)


def test_a_certificate_holds_for_no_other_name(
    made: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    assert "hostname mismatch" in verify(made["redis-tls"], tmp_path, "postgres")


def test_one_service_is_not_taken_for_another_of_another_namespace(
    tmp_path: Path,
) -> None:
    elsewhere = {t["metadata"]["name"]: t for t in manifests.secrets("elsewhere")}
    certificate = elsewhere["postgres-tls"]
    assert certificate["metadata"]["namespace"] == "elsewhere"
    assert "OK" in verify(certificate, tmp_path, "postgres.elsewhere.svc")
    assert "OK" not in verify(certificate, tmp_path, "postgres.ironclad-demo.svc")


def verify(secret: dict[str, Any], folder: Path, host: str) -> str:
    """What openssl says of the certificate as a server's of that name."""
    for key, value in manifests.values(secret).items():
        (folder / key).write_text(value)
    words = f"-x509_strict -purpose sslserver -verify_hostname {host} -CAfile ca.crt"
    done = subprocess.run(
        ["openssl", "verify", *words.split(), "tls.crt"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_certificates_may_be_left_to_somebody_else() -> None:
    names = {t["metadata"]["name"] for t in manifests.secrets("--without-certificates")}
    assert names == {name for name in EXPECTED if not name.endswith("-tls")}

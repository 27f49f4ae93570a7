from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    cluster,
    container,
    deployment,
    pod_spec,
    thing,
)
from tests.manifests.judge.literals import written_out
from tests.manifests.judge.objects import Object

KEY = "-----BEGIN EC PRIVATE KEY-----"


def _config(**data: str) -> Object:
    return thing("ConfigMap", "backend", data=data)


@pytest.mark.parametrize(
    "data",
    [
        {"DATABASE_URL_FILE": "/run/secrets/url"},
        {"a.yaml": "credentials_file: /run/secrets/token"},
        {"a.yaml": "password: $PASSWORD\nurl: postgresql://u:$PASSWORD@db/x"},
        {"a.sql": r"\set owner_password `cat owner-password`"},
        {"a.sql": "CREATE ROLE x LOGIN PASSWORD :'owner_password';"},
        {"a.conf": "password_encryption = 'scram-sha-256'"},
        {"a.ini": "admin_password = $__file{/run/secrets/grafana/admin-password}"},
        {"IRONCLAD_URL": "https://ironclad.example.org"},
    ],
)
def test_a_reference_passes(data: dict[str, str]) -> None:
    assert written_out(cluster(_config(**data))) == []


@pytest.mark.parametrize(
    "data",
    [
        {"DATABASE_URL": "postgresql://user:hunter2@postgres/ironclad"},
        {"SECRET_KEY": "hunter2"},
        {"a.yaml": "basic_auth:\n  password: hunter2"},
        {"a.yaml": "bearer_token: hunter2"},
        {"a.ini": "admin_password = hunter2"},
        {"tls.pem": KEY},
    ],
)
def test_a_secret_in_a_config_map_is_found(data: dict[str, str]) -> None:
    assert written_out(cluster(_config(**data)))


def test_a_secret_object_with_values_is_found() -> None:
    assert written_out(cluster(thing("Secret", "x", stringData={"a": "b"})))
    assert written_out(cluster(thing("Secret", "x", data={"a": "Yg=="})))


def test_a_plain_value_of_a_secret_variable_is_found() -> None:
    for name in ("POSTGRES_PASSWORD", "API_KEY", "METRICS_TOKEN"):
        one = container(env=[{"name": name, "value": "hunter2"}])
        assert written_out(cluster(deployment(pod=pod_spec(one))))


def test_a_variable_by_reference_or_file_passes() -> None:
    reference = {"secretKeyRef": {"name": "backend", "key": "SECRET_KEY"}}
    one = container(
        env=[
            {"name": "SECRET_KEY", "valueFrom": reference},
            {"name": "POSTGRES_PASSWORD_FILE", "value": "x"},
            {"name": "POSTGRES_SECRETS", "value": "/run/secrets/x"},
        ]
    )
    assert written_out(cluster(deployment(pod=pod_spec(one)))) == []


def test_a_whole_secret_as_environment_is_found() -> None:
    one = container(envFrom=[{"secretRef": {"name": "backend"}}])
    (found,) = written_out(cluster(deployment(pod=pod_spec(one))))
    assert "takes all of backend" in found


def test_a_password_in_an_argument_is_found() -> None:
    one = container(args=["--url=redis://:hunter2@redis:6379"])
    assert written_out(cluster(deployment(pod=pod_spec(one))))

from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    cluster,
    container,
    deployment,
    pod_spec,
    thing,
)
from tests.manifests.judge.objects import Cluster, Object
from tests.manifests.judge.paths import astray

SECRETS = {
    "tls": {"tls.key": "…", "ca.crt": "…"},
    "database": {"url": "postgresql://a@b/c?sslrootcert=/run/secrets/tls/ca.crt"},
}
KEY = "key = '/run/secrets/tls/tls.key'\n"
ADDRESS = {
    "name": "URL",
    "valueFrom": {"secretKeyRef": {"name": "database", "key": "url"}},
}


def _server(
    config: str, at: str = "/run/secrets/tls", *items: str, **more: object
) -> Cluster:
    picked: Object = {"items": [{"key": k, "path": k} for k in items]} if items else {}
    volumes = [
        {"name": "config", "configMap": {"name": "c"}},
        {"name": "tls", "secret": {"secretName": "tls", **picked}},
    ]
    mounts = [
        {"name": "config", "mountPath": "/etc/server"},
        {"name": "tls", "mountPath": at},
    ]
    one = container(volumeMounts=mounts, **more)
    return cluster(
        thing("ConfigMap", "c", data={"server.conf": config}),
        deployment(pod=pod_spec(one, volumes=volumes)),
    )


@pytest.mark.parametrize(
    "right",
    [
        _server(KEY),
        _server(KEY, "/run/secrets/tls", "tls.key"),
        _server("folder=${TLS:-/run/secrets/tls}"),
        _server("# key = /run/secrets/other/key\na = b # or /run/secrets/other/key"),
        _server("", env=[ADDRESS]),
    ],
)
def test_a_file_that_is_mounted_is_found(right: Cluster) -> None:
    assert astray(right, SECRETS) == []


@pytest.mark.parametrize(
    ("wrong", "path", "where"),
    [
        (_server(KEY, "/run/secrets/else"), "tls/tls.key", "server.conf"),
        (_server(KEY, "/run/secrets/tls", "ca.crt"), "tls/tls.key", "server.conf"),
        (_server("", "/run/secrets/else", env=[ADDRESS]), "tls/ca.crt", "URL"),
        (_server("", args=["--key=/run/secrets/x/y"]), "x/y", "args"),
    ],
)
def test_one_that_is_not_is_told(wrong: Cluster, path: str, where: str) -> None:
    assert astray(wrong, SECRETS) == [
        f"Deployment/backend: main has no /run/secrets/{path}, which {where} names"
    ]

from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    cluster,
    container,
    deployment,
    pod_spec,
    service,
    thing,
)
from tests.manifests.judge.addresses import astray
from tests.manifests.judge.objects import Cluster


def _told(url: str, *, variable: bool = False) -> Cluster:
    config = thing("ConfigMap", "c", data={"URL": url if variable else ""})
    one = container(
        args=["run", "--url=" + ("" if variable else url)],
        envFrom=[{"configMapRef": {"name": "c"}}],
    )
    return cluster(config, service(), deployment(pod=pod_spec(one)))


@pytest.mark.parametrize(
    "url",
    [
        "http://backend:3000",
        "http://backend:3000/health",
        "http://localhost:9/",
        "https://ironclad.example.org",
    ],
)
def test_an_address_that_is_answered_passes(url: str) -> None:
    assert astray(_told(url)) == []


@pytest.mark.parametrize("variable", [False, True])
@pytest.mark.parametrize(
    "url", ["http://backend:3001", "http://backend", "http://backent:3000"]
)
def test_an_address_that_nothing_answers_is_found(url: str, *, variable: bool) -> None:
    assert astray(_told(url, variable=variable)) == [
        f"Deployment/backend: main is told {url}, which no Service is"
    ]


def test_a_service_of_another_namespace_needs_a_longer_name() -> None:
    there = _told("http://backend:3000")
    there.one("Service", "backend")["metadata"]["namespace"] = "elsewhere"
    assert len(astray(there)) == 1

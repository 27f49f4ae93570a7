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
from tests.manifests.judge.objects import Cluster, Object
from tests.manifests.judge.ports import unserved


@pytest.mark.parametrize("target", ["http", 3000])
def test_a_service_port_that_is_open_passes(target: int | str) -> None:
    assert unserved(cluster(deployment(), service(target=target))) == []


@pytest.mark.parametrize("target", ["https", 8080])
def test_a_service_port_without_a_container_port_is_found(target: int | str) -> None:
    (found,) = unserved(cluster(deployment(), service(target=target)))
    assert f"leads to {target}" in found


def test_an_init_container_s_port_does_not_serve() -> None:
    pod = pod_spec(container(ports=[]), initContainers=[container(name="init")])
    assert unserved(cluster(deployment(pod=pod), service()))


def _ingress(port: Object, name: str = "backend") -> Cluster:
    path = {"path": "/", "backend": {"service": {"name": name, "port": port}}}
    spec = {"rules": [{"host": "a.example", "http": {"paths": [path]}}]}
    ingress = thing("Ingress", "backend", "networking.k8s.io/v1", spec=spec)
    return cluster(deployment(), service(), ingress)


def test_an_ingress_to_a_port_of_its_service_passes() -> None:
    assert unserved(_ingress({"number": 3000})) == []
    assert unserved(_ingress({"name": "http"})) == []


def test_an_ingress_to_nothing_is_found() -> None:
    assert unserved(_ingress({"number": 80}))
    assert unserved(_ingress({"name": "http"}, name="backent"))


def test_a_probe_of_a_closed_port_is_found() -> None:
    probe = {"httpGet": {"path": "/", "port": "metrics"}}
    pod = pod_spec(container(readinessProbe=probe))
    (found,) = unserved(cluster(deployment(pod=pod)))
    assert "readinessProbe asks metrics" in found


@pytest.mark.parametrize(
    ("port", "path", "problems"),
    [("3000", "/metrics", 0), ("9999", "/metrics", 1), ("", "metrics", 2)],
)
def test_a_scrape_of_nothing_is_found(port: str, path: str, problems: int) -> None:
    one = deployment()
    one["spec"]["template"]["metadata"]["annotations"] = {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": port,
        "prometheus.io/path": path,
    }
    assert len(unserved(cluster(one))) == problems

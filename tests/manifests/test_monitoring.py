"""The monitoring in the cluster: real files in its ConfigMaps, and addresses that lead there."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from tests.manifests.judge.objects import Cluster, Object, name_of
from tests.manifests.judge.rendering import ROOT

pytestmark = pytest.mark.manifests

FILES = ROOT / "deploy/monitoring"
# Where `kubectl apply` keeps what it applied, all annotations of an object together.
ANNOTATIONS_MOST = 256 * 1024


def generated(cluster: Cluster, name: str) -> dict[str, str]:
    """The data of the one ConfigMap of that name before its hash."""
    maps = [m for m in cluster.of("ConfigMap") if name_of(m).rpartition("-")[0] == name]
    assert len(maps) == 1, f"{cluster.name}: {[name_of(m) for m in maps]}"
    return dict(maps[0]["data"])


def texts(folder: Path, *names: str) -> dict[str, str]:
    paths = [folder / name for name in names] if names else folder.iterdir()
    return {path.name: path.read_text("utf-8") for path in paths}


def test_the_dashboards_are_exactly_the_files(cluster: Cluster) -> None:
    given = generated(cluster, "grafana-dashboards")
    assert given == texts(FILES / "grafana/dashboards")


def test_prometheus_and_alertmanager_have_the_files(cluster: Cluster) -> None:
    names = ("prometheus.yaml", "rules.yaml", "health.yaml")
    assert generated(cluster, "prometheus") == texts(FILES / "prometheus", *names)
    assert generated(cluster, "alertmanager") == texts(FILES / "alertmanager")


def test_a_changed_file_replaces_the_pods(cluster: Cluster) -> None:
    """They mount the name with the hash."""
    for name, volume in (
        ("prometheus", "config"),
        ("alertmanager", "config"),
        ("grafana", "config"),
        ("grafana", "dashboards"),
    ):
        volumes = {v["name"]: v for v in cluster.pod(name).spec["volumes"]}
        mounted = volumes[volume]["configMap"]["name"]
        assert mounted in {name_of(m) for m in cluster.of("ConfigMap")}
        assert mounted.rpartition("-")[0] == (
            name if volume == "config" else "grafana-dashboards"
        )


def test_every_object_can_be_applied(cluster: Cluster) -> None:
    large = {name_of(o): len(json.dumps(o).encode()) for o in cluster.of("ConfigMap")}
    assert {n: size for n, size in large.items() if size >= ANNOTATIONS_MOST} == {}


def test_what_may_never_change_has_no_version(cluster: Cluster) -> None:
    """A StatefulSet refuses another template for its claims, be it only a label."""
    for thing in cluster.of("StatefulSet"):
        for claim in thing["spec"].get("volumeClaimTemplates") or []:
            labels = claim["metadata"].get("labels") or {}
            assert "app.kubernetes.io/version" not in labels, name_of(thing)


def leads_to(cluster: Cluster, url: str) -> Object | None:
    """The port of a Service that an address within the namespace is."""
    parts = urlsplit(url)
    service = cluster.find("Service", parts.hostname or "")
    ports = service["spec"]["ports"] if service else []
    return next((port for port in ports if port["port"] == parts.port), None)


def test_alertmanager_posts_to_the_backend_by_a_host_it_allows(
    cluster: Cluster,
) -> None:
    receivers = yaml.safe_load(generated(cluster, "alertmanager")["alertmanager.yaml"])
    urls = [
        hook["url"]
        for receiver in receivers["receivers"]
        for hook in receiver.get("webhook_configs", ())
    ]
    assert urls
    hosts = generated(cluster, "backend-settings")["ALLOWED_HOSTS"].split(",")
    for url in urls:
        assert leads_to(cluster, url), url
        assert urlsplit(url).hostname in hosts


def test_backend_and_grafana_ask_prometheus_where_it_is(cluster: Cluster) -> None:
    sources = yaml.safe_load(generated(cluster, "grafana")["datasources.yaml"])
    urls = {source["url"] for source in sources["datasources"]}
    urls.add(generated(cluster, "backend-settings")["PROMETHEUS_URL"])
    assert {url for url in urls if not leads_to(cluster, url)} == set()
    assert {urlsplit(url).hostname for url in urls} == {"prometheus"}

"""What the cluster's monitoring is told in two places, it is told alike."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sre_console.slo.objectives import load

ROOT = Path(__file__).parents[2]
FILES = ROOT / "deploy/monitoring"
COMPONENT = ROOT / "deploy/kubernetes/components/monitoring"
WORKLOADS = {
    path.parent.name: path
    for kind in ("deployment", "stateful-set", "daemon-set")
    for path in COMPONENT.glob(f"*/{kind}.yaml")
}
TOKENS = {"prometheus": "prometheus.yaml", "alertmanager": "alertmanager.yaml"}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def container(name: str) -> Any:
    (only,) = read(WORKLOADS[name])["spec"]["template"]["spec"]["containers"]
    return only


def argument(name: str, flag: str) -> str:
    (value,) = [
        each.removeprefix(f"--{flag}=")
        for each in container(name)["args"]
        if each.startswith(f"--{flag}=")
    ]
    return str(value)


def generators() -> dict[str, Any]:
    made = read(FILES / "kustomization.yaml")["configMapGenerator"]
    return {each["name"]: each for each in made}


def asked() -> set[str]:
    """Every word of the expressions on dashboards and in alert rules."""
    texts = [path.read_text() for path in (FILES / "grafana/dashboards").iterdir()]
    found: set[str] = set()
    for text in texts:
        expressions = re.findall(
            r'"(?:expr|query|definition)": ("(?:[^"\\]|\\.)*")', text
        )
        found |= {
            word for e in expressions for word in re.findall(r"\w+", json.loads(e))
        }
    for group in read(FILES / "prometheus/health.yaml")["groups"]:
        found |= {
            w for rule in group["rules"] for w in re.findall(r"\w+", rule["expr"])
        }
    return found


def test_grafana_is_given_every_dashboard() -> None:
    listed = {FILES / path for path in generators()["grafana-dashboards"]["files"]}
    assert listed == set((FILES / "grafana/dashboards").iterdir())


def test_grafana_looks_for_dashboards_where_they_are_mounted() -> None:
    (provider,) = read(FILES / "grafana/provisioning/dashboards.yaml")["providers"]
    mounts = {m["name"]: m["mountPath"] for m in container("grafana")["volumeMounts"]}
    assert provider["options"]["path"] == mounts["dashboards"]
    ini = (FILES / "grafana/grafana.ini").read_text()
    home = re.search(r"^default_home_dashboard_path = (.+)/(.+)$", ini, re.MULTILINE)
    assert home is not None
    assert home[1] == mounts["dashboards"]
    assert (FILES / "grafana/dashboards" / home[2]).exists()


def test_prometheus_is_given_every_file_of_rules() -> None:
    rules = read(FILES / "prometheus/prometheus.yaml")["rule_files"]
    listed = {Path(path).name for path in generators()["prometheus"]["files"]}
    assert listed == {"prometheus.yaml", *rules}


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_version_in_labels_is_the_images(name: str) -> None:
    image: str = container(name)["image"]
    version = image.rsplit(":", 1)[1].removeprefix("v")
    key = "app.kubernetes.io/version"
    assert read(COMPONENT / name / "kustomization.yaml")["labels"][0]["pairs"][key] == (
        version
    )
    labelled = [each["options"]["labels"] for each in generators().values()]
    mine = [each for each in labelled if each["app.kubernetes.io/name"] == name]
    assert all(each[key] == version for each in mine)


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_is_mounted_where_it_is_read_and_no_other(name: str) -> None:
    text = (FILES / name / TOKENS[name]).read_text()
    read_from = set(re.findall(r"credentials_file: (/run/secrets/\S+)", text))
    spec = read(WORKLOADS[name])["spec"]["template"]["spec"]
    mounts = {m["name"]: m["mountPath"] for m in container(name)["volumeMounts"]}
    mounted = {
        f"{mounts[volume['name']]}/{item['path']}"
        for volume in spec["volumes"]
        for item in volume.get("secret", {}).get("items", ())
    }
    assert mounted == read_from


def test_prometheus_keeps_more_than_any_window() -> None:
    longest = max(each.window for each in load(ROOT / "deploy/slo"))
    days = int(argument("prometheus", "storage.tsdb.retention.time").removesuffix("d"))
    assert timedelta(days=days) > longest


def test_prometheus_leaves_room_on_its_disk_for_its_log() -> None:
    (claim,) = read(WORKLOADS["prometheus"])["spec"]["volumeClaimTemplates"]
    disk = claim["spec"]["resources"]["requests"]["storage"]
    # Its GB are 1024^3, like Kubernetes' Gi.
    kept = argument("prometheus", "storage.tsdb.retention.size")
    assert int(kept.removesuffix("GB")) <= 0.8 * int(disk.removesuffix("Gi"))


def test_kube_state_metrics_watches_what_is_asked_for_and_no_more() -> None:
    watched = argument("kube-state-metrics", "resources").split(",")
    metrics = {word for word in asked() if word.startswith("kube_")}
    kinds = {f"{metric.split('_')[1]}s" for metric in metrics}
    assert set(watched) == kinds
    role = read(COMPONENT / "kube-state-metrics/cluster-role.yaml")
    allowed = [kind for rule in role["rules"] for kind in rule["resources"]]
    assert sorted(allowed) == sorted(watched)


@pytest.mark.parametrize("name", ["kube-state-metrics", "node-exporter", "prometheus"])
def test_what_has_a_job_of_its_own_is_not_scraped_twice(name: str) -> None:
    jobs = read(FILES / "prometheus/prometheus.yaml")["scrape_configs"]
    assert name in {job["job_name"] for job in jobs}
    template = read(WORKLOADS[name])["spec"]["template"]
    notes = template.get("metadata", {}).get("annotations", {})
    assert "prometheus.io/scrape" not in notes
    assert "http" in {port["name"] for port in container(name)["ports"]}

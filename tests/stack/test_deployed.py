"""The manifests' arguments and files, taken by the programs they are for."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
import yaml

from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until
from tests.stack.deployed import Deployed
from tests.stack.tools import MONITORING, well

pytestmark = [pytest.mark.stack, pytest.mark.patient]


def alertmanager(folder: Path, ports: list[int], number: int) -> Deployed:
    folder.mkdir()
    mesh = [f"127.0.0.1:{port}" for port in ports]
    return Deployed(
        "prometheus-alertmanager",
        folder,
        component="alertmanager",
        kind="stateful-set",
        here={
            "/etc/alertmanager": str(MONITORING / "alertmanager"),
            "=/alertmanager": f"={folder}",
            "0.0.0.0:9094": mesh[number],
            "$(POD_IP):9094": mesh[number],
            "alertmanager-0.alertmanager:9094": mesh[0],
            "alertmanager-1.alertmanager:9094": mesh[1],
        },
    )


def met(alertmanager: Deployed) -> bool:
    return len(alertmanager.get("/api/v2/status")["cluster"]["peers"]) == 2


def test_the_two_alertmanagers_find_each_other(tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    with (
        alertmanager(tmp_path / "0", ports, 0) as first,
        alertmanager(tmp_path / "1", ports, 1) as second,
    ):
        for each in (first, second):
            until(partial(met, each), 10, "two peers")


def test_prometheus_takes_the_arguments(tmp_path: Path) -> None:
    (tmp_path / "prometheus.yaml").write_text("{}")  # discovery needs a cluster
    here = {"/etc/prometheus": str(tmp_path), "=/prometheus": f"={tmp_path}/data"}
    with Deployed(
        "prometheus", tmp_path, component="prometheus", kind="stateful-set", here=here
    ) as prometheus:
        told = prometheus.get("/api/v1/status/runtimeinfo")["data"]
        assert told["storageRetention"] == "45d or 16GiB"


def written(folder: Path, *names: str) -> Path:
    """Files of Prometheus, one after the other. A token is an empty file, and pods are
    found in files: Debian builds it without the discovery of Kubernetes."""
    text = "".join((MONITORING / "prometheus" / name).read_text() for name in names)
    secret = folder / "secret"
    secret.touch()
    text = re.sub(r"(_file: )/(var/)?run/\S+", rf"\1{secret}", text)
    config = yaml.safe_load(text)
    for job in [*config["scrape_configs"], *config["alerting"]["alertmanagers"]]:
        if job.pop("kubernetes_sd_configs", None):
            job["file_sd_configs"] = [{"files": ["pods.json"]}]
    path = folder / "prometheus.yaml"
    path.write_text(yaml.safe_dump(config))
    for rules in config["rule_files"]:
        (folder / rules).write_text((MONITORING / "prometheus" / rules).read_text())
    return path


def test_prometheus_takes_its_files(tmp_path: Path) -> None:
    said = well("promtool", "check", "config", written(tmp_path, "prometheus.yaml"))
    assert said.count("rules found") == 2


def test_prometheus_takes_the_example_of_a_long_term_store(tmp_path: Path) -> None:
    both = written(tmp_path, "prometheus.yaml", "remote-write.yaml")
    well("promtool", "check", "config", both)
    assert yaml.safe_load(both.read_text())["remote_write"]


def test_alertmanager_takes_its_file() -> None:
    said = well("amtool", "check-config", MONITORING / "alertmanager/alertmanager.yaml")
    assert "SUCCESS" in said


def test_node_exporter_tells_all_that_dashboards_ask(tmp_path: Path) -> None:
    board = (MONITORING / "grafana/dashboards/infrastructure.json").read_text()
    asked = set(re.findall(r"\bnode_[a-zA-Z0-9_]+", board))
    here = {"[$(NODE_IP)]:9100": "[127.0.0.1]:PORT", "=/host/": "=/", "=/host": "=/"}
    with Deployed(
        "prometheus-node-exporter",
        tmp_path,
        component="node-exporter",
        kind="daemon-set",
        here=here,
        ready="/",
        port_flag=False,
    ) as exporter:
        told = set(re.findall(r"^\w+", exporter.text("/metrics"), re.MULTILINE))
    assert asked
    assert asked <= told


def test_postgres_exporter_is_ready_without_its_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/ironclad?sslmode=disable"
    monkeypatch.setenv("DATA_SOURCE_NAME", nowhere)
    with Deployed(
        "prometheus-postgres-exporter",
        tmp_path,
        component="postgres-exporter",
        kind="deployment",
        here={"=:9187": "=127.0.0.1:PORT"},
        ready="/",
        port_flag=False,
    ) as exporter:
        assert "pg_up 0" in exporter.text("/metrics")

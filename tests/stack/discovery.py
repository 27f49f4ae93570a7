"""The cluster's own Prometheus and Alertmanager files, with files in place of the API server."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.stack.tools import MONITORING

NAMESPACE = "ironclad-demo"
PODS = "pods.json"
_META = "__meta_kubernetes_"
_DURATION = re.compile(r"(\d+)([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Pod:
    """What discovery tells of one."""

    url: str
    app: str
    name: str
    scraped: bool = True  # its annotation asks for it

    def entry(self) -> dict[str, object]:
        address = self.url.split("//")[1]
        annotations = {
            "scrape": "true",
            "path": "/metrics",
            "port": address.split(":")[1],
        }
        told = {
            "namespace": NAMESPACE,
            "pod_name": self.name,
            "pod_node_name": "worker-1",
            "pod_phase": "Running",
            "pod_container_init": "false",
            "pod_container_port_name": "http",
            "pod_label_app_kubernetes_io_name": self.app,
        }
        if self.scraped:
            told |= {
                f"pod_annotation_prometheus_io_{k}": v for k, v in annotations.items()
            }
        labels = {f"{_META}{name}": value for name, value in told.items()}
        return {"targets": [address], "labels": labels}


def pods_write(folder: Path, pods: Sequence[Pod]) -> None:
    """In one step: Prometheus reads it whenever it changes."""
    new = folder / f"{PODS}.new"
    new.write_text(json.dumps([pod.entry() for pod in pods]))
    new.replace(folder / PODS)


def prometheus_config(
    *, own: str, token_file: Path, recordings: Mapping[str, str], store: str
) -> str:
    """prometheus.yaml as it is, every second and without an API server.

    `recordings` are addresses that answer for jobs whose targets only a cluster has,
    `store` is the URL of what takes the place of the long-term store.
    """
    config: Any = yaml.safe_load(
        (MONITORING / "prometheus/prometheus.yaml").read_text()
    )
    every = {
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
        "evaluation_interval": "1s",
    }
    config["global"] |= every
    for each in config["alerting"]["alertmanagers"]:
        _by_file(each)
    jobs = []
    for job in config["scrape_configs"]:
        name = job["job_name"]
        if name in recordings:
            for key in ("scheme", "authorization", "tls_config", "metrics_path"):
                job.pop(key, None)
            job.pop("kubernetes_sd_configs")
            job["static_configs"] = [{"targets": [recordings[name]]}]
            job["relabel_configs"] = []
        elif name == "prometheus":
            job["static_configs"][0]["targets"] = [own]
        elif "tls_config" in job:
            continue  # of a kubelet, and there is none
        else:
            _by_file(job)
        if "credentials_file" in job.get("authorization", {}):
            job["authorization"]["credentials_file"] = str(token_file)
        jobs.append(job)
    config["scrape_configs"] = jobs
    example: Any = yaml.safe_load(
        (MONITORING / "prometheus/remote-write.yaml").read_text()
    )
    for each in example["remote_write"]:
        each["url"] = f"{store}/api/v1/push"
        each["authorization"]["credentials_file"] = str(token_file)
    config |= example
    return yaml.safe_dump(config)


def _by_file(section: dict[str, Any]) -> None:
    section.pop("kubernetes_sd_configs")
    section["file_sd_configs"] = [{"files": [PODS]}]


def alertmanager_config(*, webhook: str, token_file: Path, scale: float) -> str:
    """alertmanager.yaml as it is, its times divided by the clock scale."""
    path = MONITORING / "alertmanager/alertmanager.yaml"
    config: Any = yaml.safe_load(path.read_text())
    (receiver,) = [r for r in config["receivers"] if r["name"] == "incidents"]
    (hook,) = receiver["webhook_configs"]
    hook["url"] = webhook
    hook["http_config"]["authorization"]["credentials_file"] = str(token_file)
    _quicken(config["route"], scale)
    return yaml.safe_dump(config)


def _quicken(route: dict[str, Any], scale: float) -> None:
    for name in ("group_wait", "group_interval", "repeat_interval"):
        if name in route:
            parts = _DURATION.findall(route[name])
            seconds = sum(int(count) * _SECONDS[unit] for count, unit in parts)
            least = 0 if name == "group_wait" else 1
            route[name] = f"{max(least, round(seconds / scale))}s"
    for each in route.get("routes", ()):
        _quicken(each, scale)

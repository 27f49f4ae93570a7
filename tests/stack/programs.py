"""Prometheus and Alertmanager as real processes, on loopback and for a moment."""

from __future__ import annotations

import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from ironclad.observability.metrics import REQUEST_BUCKETS
from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until


class Program(ABC):
    """A context manager: started, ready, and stopped at the end."""

    def __init__(self, name: str, folder: Path) -> None:
        found = shutil.which(name)
        assert found is not None, f"no {name} here: make test-stack brings it"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._name, self._found, self._folder = name, found, folder
        self._child: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def arguments(self) -> list[str]:
        """Those of its command line."""

    def __enter__(self) -> Self:
        with (self._folder / f"{self._name}.log").open("wb") as log:
            self._child = subprocess.Popen(
                [self._found, *self.arguments()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        try:
            until(self._ready, 20, f"{self._name} is ready")
        except AssertionError as error:
            self.__exit__()
            log_text = (self._folder / f"{self._name}.log").read_text()[-2000:]
            raise AssertionError(f"{error}\n{log_text}") from None
        return self

    def __exit__(self, *_exc: object) -> None:
        assert self._child is not None
        self._child.terminate()
        self._child.wait(10)

    def get(self, path: str, **query: str) -> Any:
        answer = httpx.get(self.url + path, params=query, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


HISTORY = 73 * 60  # seconds: over three days at scale 60
_STEP = 5  # seconds between the samples of the history
_QUICK = 0.02  # seconds that each of its requests took
JOB = "ironclad"


class Prometheus(Program):
    """Scrapes one target each second and judges a rule file.

    It begins with a healthy history: without one, long windows fire too early.
    """

    def __init__(
        self, folder: Path, *, target: str, rules: str, alertmanager: str
    ) -> None:
        super().__init__("prometheus", folder)
        (folder / "rules.yaml").write_text(rules)
        healthy_history(folder, instance=target.split("//")[1])
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yaml"],
            "alerting": {
                "alertmanagers": [
                    {"static_configs": [{"targets": [alertmanager.split("//")[1]]}]}
                ]
            },
            "scrape_configs": [
                {
                    "job_name": JOB,
                    "static_configs": [{"targets": [target.split("//")[1]]}],
                }
            ],
        }
        (folder / "prometheus.yaml").write_text(yaml.safe_dump(config))

    def arguments(self) -> list[str]:
        return [
            "--config.file=prometheus.yaml",
            "--storage.tsdb.path=prometheus-data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--rules.alert.resend-delay=1s",
        ]

    def firing(self) -> set[tuple[str, str | None]]:
        """Names and SLOs of the alerts that fire."""
        alerts = self.get("/api/v1/alerts")["data"]["alerts"]
        return {
            (each["labels"]["alertname"], each["labels"].get("slo"))
            for each in alerts
            if each["state"] == "firing"
        }

    def value(self, query: str) -> float | None:
        found = self.get("/api/v1/query", query=query)["data"]["result"]
        return float(found[0]["value"][1]) if found else None


def healthy_history(
    folder: Path, *, instance: str, rate: int = 50, ago: int = 0
) -> None:
    """Blocks with counters of healthy requests, as if they had been scraped.

    They end `ago` seconds before now.
    """
    common = f'job="{JOB}",instance="{instance}",method="GET",route="/api/users"'
    edges = [*(repr(float(edge)) for edge in REQUEST_BUCKETS), "+Inf"]
    end = int(time.time()) - ago
    moments = range(end - HISTORY, end, _STEP)
    lines = ["# TYPE http_requests counter"]
    series = [f'http_requests_total{{{common},status="200"}}']
    lines += [f"{series[0]} {i * _STEP * rate} {at}" for i, at in enumerate(moments)]
    lines.append("# TYPE http_request_duration_seconds histogram")
    name = "http_request_duration_seconds"
    for i, at in enumerate(moments):
        count = i * _STEP * rate
        for edge in edges:
            within = count if float(edge) >= _QUICK else 0
            lines.append(f'{name}_bucket{{{common},le="{edge}"}} {within} {at}')
        lines.append(f"{name}_sum{{{common}}} {count * _QUICK:.3f} {at}")
        lines.append(f"{name}_count{{{common}}} {count} {at}")
    source = folder / "history.om"
    source.write_text("\n".join([*lines, "# EOF", ""]))
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
    done = subprocess.run(
        [*command, str(source), str(folder / "prometheus-data")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


class Alertmanager(Program):
    """Delivers everything to one webhook, as soon as it may."""

    def __init__(self, folder: Path, *, webhook: str, token: str) -> None:
        super().__init__("prometheus-alertmanager", folder)
        config = {
            "route": {
                "receiver": "ironclad",
                "group_by": ["service"],
                "group_wait": "1s",
                "group_interval": "1s",
                "repeat_interval": "1h",
            },
            "receivers": [
                {
                    "name": "ironclad",
                    "webhook_configs": [
                        {
                            "url": webhook,
                            "send_resolved": True,
                            "http_config": {"authorization": {"credentials": token}},
                        }
                    ],
                }
            ],
        }
        (folder / "alertmanager.yaml").write_text(yaml.safe_dump(config))

    def arguments(self) -> list[str]:
        return [
            "--config.file=alertmanager.yaml",
            "--storage.path=alertmanager-data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
        ]

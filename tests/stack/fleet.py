"""Replicas behind one address, with Redis, and watched as the cluster watches them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.harness.processes import (
    OPERATOR_TOKEN,
    Process,
    Server,
    Setup,
    free_port,
)
from tests.acceptance.harness.waiting import until
from tests.stack.discovery import (
    Pod,
    alertmanager_config,
    pods_write,
    prometheus_config,
)
from tests.stack.exporters import Exporters, exporters
from tests.stack.nginx import Nginx
from tests.stack.programs import Program, healthy_history
from tests.stack.recovered import recovered
from tests.stack.redis import Redis
from tests.stack.tools import MONITORING

REPLICAS = 3
TOKENS = {
    "METRICS_TOKEN": "metrics-token-of-the-fleet-" + "m" * 20,
    "ALERTMANAGER_TOKEN": "alertmanagers-token-of-the-fleet-" + "a" * 20,
}
_PAUSE = 65  # seconds without traffic before the fleet
_DRAIN = "1"  # seconds that a replica serves on after it said it is not ready
_SENT = re.compile(
    r"Sent (\d+): (\d+) ok, (\d+) failed, (\d+) late, (\d+) dropped", re.ASCII
)


class Configured(Program):
    """One whose files stand in its folder already."""

    def __init__(self, name: str, folder: Path, port: int, *arguments: str) -> None:
        super().__init__(name, folder)
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self._arguments = arguments

    def arguments(self) -> list[str]:
        listen = f"--web.listen-address=127.0.0.1:{self.port}"
        return [listen, *self._arguments]

    def query(self, expression: str) -> list[Any]:
        found: list[Any] = self.get("/api/v1/query", query=expression)["data"]["result"]
        return found

    def value(self, expression: str) -> float | None:
        found = self.query(expression)
        return float(found[0]["value"][1]) if found else None


@dataclass(frozen=True, slots=True)
class Sent:
    """What the traffic says that it sent, and how that ended."""

    sent: int
    ok: int
    failed: int
    late: int
    dropped: int


class Traffic(Process):
    """The built-in traffic, aimed at the one address."""

    def __init__(self, setup: Setup, url: str) -> None:
        port = free_port()
        super().__init__("traffic", setup, "traffic", "--url", url, port=port)

    def finish(self) -> Sent:
        assert self.stop() == 0, self.tail()
        found = _SENT.search(self.tail())
        assert found is not None, self.tail()
        return Sent(*map(int, found.groups()))


@dataclass
class Fleet:
    setup: Setup
    folder: Path
    redis: Redis
    nginx: Nginx
    prometheus: Configured
    alertmanager: Configured
    replicas: list[Server]
    exporters: Exporters
    others: list[Pod] = field(default_factory=list)  # of the cluster, beside replicas
    _born: int = 0

    def client(self) -> httpx.Client:
        """An operator who knows the one address."""
        headers = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
        return httpx.Client(base_url=self.nginx.url, headers=headers, timeout=20)

    def get(self, path: str) -> Any:
        with self.client() as client:
            answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        with self.client() as client:
            answer = client.post(path, json=dict(body or {}))
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def start_replica(self) -> Server:
        server = Server(self.setup)
        server.__enter__()
        self.replicas.append(server)
        return server

    def show(self) -> None:
        """Tell the address and Prometheus which replicas there are."""
        self.nginx.lead_to([each.port for each in self.replicas])
        self.discover()

    def discover(self) -> None:
        pods = [Pod(r.url, "backend", f"backend-{r.port}") for r in self.replicas]
        watchers = [Pod(self.alertmanager.url, "alertmanager", "alertmanager-0")]
        pods_write(self.folder, [*pods, *watchers, *self.others])

    def replace_all(self) -> None:
        """As a rolling update does: one more, then one less, one after the other."""
        for old in list(self.replicas):
            self.start_replica()
            self.show()
            self._retire(old)

    def _retire(self, old: Server) -> None:
        with ThreadPoolExecutor(1) as pool:
            leaving = pool.submit(old.stop)
            # Whoever leads requests hears of it when the replica does, or later.
            until(lambda: not _ready(old), 5, "it says that it leaves")
            self.replicas.remove(old)
            self.show()
            assert leaving.result() == 0, old.tail()
        old.client.close()

    def firing(self) -> set[str]:
        alerts = self.prometheus.get("/api/v1/alerts")["data"]["alerts"]
        return {a["labels"]["alertname"] for a in alerts if a["state"] == "firing"}


def _end_all(servers: list[Server]) -> None:
    for server in servers:
        server.__exit__(None, None, None)


def _ready(server: Server) -> bool:
    try:
        return httpx.get(f"{server.url}/readyz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def fleet(setup: Setup, folder: Path) -> Iterator[Fleet]:
    """Three replicas that answer, one address, and everything that watches them."""
    tokens = {name: folder / name for name in TOKENS}
    for name, path in tokens.items():
        path.write_text(TOKENS[name])
    # Over for longer than 1h of the clock: nobody is told that its traffic stays away, and what
    # SLOs count of it stands still.
    healthy_history(folder, instance="before the fleet", ago=_PAUSE)
    with ExitStack() as stack:
        stack.enter_context(recovered(setup.database_url))
        redis = stack.enter_context(Redis(folder))
        measuring = stack.enter_context(exporters(folder, setup.database_url))
        # After those that listen already: until it is used, a free port is anybody's.
        ports = {name: free_port() for name in ("prometheus", "alertmanager")}
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        more = {
            **TOKENS,
            "REDIS_URL": redis.url,
            "PROMETHEUS_URL": urls["prometheus"],
            "IRONCLAD_DRAIN_DELAY": _DRAIN,
            "IRONCLAD_TRAFFIC_RPS": "50",
        }
        ours = replace(setup, seed=False, more=more)
        replicas = [Server(ours) for _ in range(REPLICAS)]
        nginx = Nginx(folder, [each.port for each in replicas])
        webhook = f"{nginx.url}/api/alertmanager"
        _configure(
            folder,
            ours,
            own=urls["prometheus"],
            webhook=webhook,
            tokens=tokens,
            measuring=measuring,
        )
        made = Fleet(
            setup=ours,
            folder=folder,
            redis=redis,
            nginx=nginx,
            prometheus=_prometheus(folder, ports["prometheus"]),
            alertmanager=_alertmanager(folder, ports["alertmanager"]),
            replicas=replicas,
            exporters=measuring,
            others=_others(measuring),
        )
        # Before who asks it: who finds nobody pauses until it asks again.
        stack.enter_context(made.prometheus)
        stack.callback(_end_all, replicas)
        with ThreadPoolExecutor(REPLICAS) as pool:
            list(pool.map(Server.__enter__, replicas))
        stack.enter_context(nginx)
        stack.enter_context(made.alertmanager)
        made.discover()
        yield made


def _others(measuring: Exporters) -> list[Pod]:
    by_port = False  # found by the name of their port, not by their annotation
    return [
        Pod(measuring.postgres.url, "postgres-exporter", "postgres-exporter-0"),
        Pod(measuring.node.url, "node-exporter", "node-exporter-0", by_port),
        Pod(
            measuring.kube_state_metrics.url,
            "kube-state-metrics",
            "kube-state-metrics-0",
            by_port,
        ),
    ]


def _configure(  # noqa: PLR0913 - each once, and only here
    folder: Path,
    setup: Setup,
    *,
    own: str,
    webhook: str,
    tokens: Mapping[str, Path],
    measuring: Exporters,
) -> None:
    rules = setup.manage("prometheus_rules", "--scale", str(setup.scale))
    (folder / "rules.yaml").write_text(rules)
    (folder / "health.yaml").write_text(
        (MONITORING / "prometheus/health.yaml").read_text()
    )
    (folder / "prometheus.yaml").write_text(
        prometheus_config(
            own=own.split("//")[1],
            token_file=tokens["METRICS_TOKEN"],
            recordings={
                each.name: each.url.split("//")[1]
                for each in (measuring.cadvisor, measuring.kubelet)
            },
            store=measuring.kubelet.url,
        )
    )
    (folder / "alertmanager.yaml").write_text(
        alertmanager_config(
            webhook=webhook, token_file=tokens["ALERTMANAGER_TOKEN"], scale=setup.scale
        )
    )


def _prometheus(folder: Path, port: int) -> Configured:
    return Configured(
        "prometheus",
        folder,
        port,
        "--config.file=prometheus.yaml",
        "--storage.tsdb.path=prometheus-data",
        "--rules.alert.resend-delay=1s",
    )


def _alertmanager(folder: Path, port: int) -> Configured:
    return Configured(
        "prometheus-alertmanager",
        folder,
        port,
        "--config.file=alertmanager.yaml",
        "--storage.path=alertmanager-data",
        f"--cluster.listen-address=127.0.0.1:{free_port()}",
        "--cluster.settle-timeout=1s",  # nobody else will come
    )

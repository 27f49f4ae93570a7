"""What measures a cluster beside the service: real exporters where they run, recordings elsewhere."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.stack.programs import Program

RECORDED = Path(__file__).parent / "recorded"
_AGE = 3600  # seconds that the recorded cluster had run: its pace is what it counted by then
_TYPE = re.compile(r"# TYPE (\S+) (\w+)")
_SAMPLE = re.compile(r"(?P<series>(?P<name>\w+)\{.*\}) (?P<value>\S+)", re.ASCII)


class Exporter(Program):
    """A real one, on loopback."""

    def arguments(self) -> list[str]:
        return [f"--web.listen-address=127.0.0.1:{self.port}"]

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/metrics", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


def _words(url: str) -> str:
    """The URL as words: its driver does not know a socket's folder in a URL's query."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    words = {
        "host": folder or parts.hostname or "127.0.0.1",
        "port": str(parts.port or 5432),
        "user": parts.username or "postgres",
        "password": parts.password or "",
        "dbname": parts.path.lstrip("/") or "postgres",
        "sslmode": "disable",
    }
    return " ".join(f"{name}='{value}'" for name, value in words.items())


class Recording:
    """A recorded exposition over HTTP. Its counters go on at the pace they had.

    A whole counter stays whole: one restart does not become two within an hour.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.more = ""  # said beside what is recorded
        self._lines = (RECORDED / f"{name}.prom").read_text("utf-8").splitlines()
        self._began = time.monotonic()
        handler = type("Handler", (_Handler,), {"recording": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def served(self) -> Iterator[Recording]:
        thread = Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def text(self) -> str:
        grown = 1 + (time.monotonic() - self._began) / _AGE
        return "\n".join([*_grow(self._lines, grown), self.more, ""])


def _grow(lines: list[str], by: float) -> Iterator[str]:
    counters = set()
    for line in lines:
        kind = _TYPE.match(line)
        if kind is not None and kind[2] == "counter":
            counters.add(kind[1])
        sample = _SAMPLE.fullmatch(line)
        if sample is None or sample["name"] not in counters:
            yield line
        else:
            value = float(sample["value"]) * by
            whole = "." not in sample["value"]
            yield f"{sample['series']} {math.floor(value) if whole else value}"


class _Handler(BaseHTTPRequestHandler):
    recording: Recording

    def do_GET(self) -> None:
        body = self.recording.text().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """A long-term store, to which everything is welcome."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Nobody reads them."""


@dataclass(frozen=True, slots=True)
class Exporters:
    node: Exporter
    postgres: Exporter
    kube_state_metrics: Recording
    cadvisor: Recording
    kubelet: Recording


@contextmanager
def exporters(folder: Path, database_url: str) -> Iterator[Exporters]:
    with ExitStack() as stack:
        names = ("kube-state-metrics", "cadvisor", "kubelet")
        recorded = [stack.enter_context(Recording(name).served()) for name in names]
        node = stack.enter_context(Exporter("prometheus-node-exporter", folder))
        with patch.dict(os.environ, DATA_SOURCE_NAME=_words(database_url)):
            postgres = stack.enter_context(
                Exporter("prometheus-postgres-exporter", folder)
            )
        yield Exporters(node, postgres, *recorded)

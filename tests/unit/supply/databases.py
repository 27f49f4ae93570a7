"""Advisory databases on loopback, as pip-audit and npm ask them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar


class Database(BaseHTTPRequestHandler):
    """`holes` are the ids by package; `broken` answers what a proxy might."""

    holes: ClassVar[dict[str, str]] = {}
    broken: ClassVar[bool] = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = json.loads(body)
        if self.broken:
            self._answer(405, {})
        elif "package" in asked:
            self._answer(200, self._osv(asked["package"]["name"]))
        else:
            self._answer(200, {n: [self._npm(n)] for n in asked if n in self.holes})

    def do_GET(self) -> None:
        """What npm asks of a package with a hole: its versions."""
        name = self.path.strip("/")
        self._answer(200, {"name": name, "dist-tags": {}, "versions": {}})

    def _osv(self, name: str) -> dict[str, Any]:
        if name not in self.holes:
            return {}
        package = {"name": name, "ecosystem": "PyPI"}
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]
        hole = {
            "id": self.holes[name],
            "modified": "2026-01-01T00:00:00Z",
            "published": "2026-01-01T00:00:00Z",
            "summary": "a hole",
            "affected": [{"package": package, "ranges": ranges}],
        }
        return {"vulns": [hole]}

    def _npm(self, name: str) -> dict[str, Any]:
        url = f"https://example.org/advisories/{self.holes[name]}"
        return {
            "id": 1,
            "url": url,
            "title": "a hole",
            "severity": "high",
            "vulnerable_versions": "*",
        }

    def _answer(self, status: int, held: object) -> None:
        body = json.dumps(held).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The test's own output is enough."""


@contextmanager
def database(holes: dict[str, str], *, broken: bool = False) -> Iterator[str]:
    """Its address, for as long as the block runs."""
    kind = type("Kind", (Database,), {"holes": holes, "broken": broken})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

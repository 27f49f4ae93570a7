"""The outside world of a rotation: an API server over TLS, and pods that read the Secret."""

from __future__ import annotations

import base64
import copy
import json
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import psycopg

NAMESPACE, TOKEN = "ironclad-demo", "account-token"
SECRET = f"/api/v1/namespaces/{NAMESPACE}/secrets/database-app"
DEPLOYMENT = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/backend"
REPLICAS = 3

Cut = Callable[[str, int], bool]  # (before or after, number of the request): hang up?


class Cluster:
    """`account` gets the files of a service account. `pods` hold a session each."""

    def __init__(self, account: Path, url: str) -> None:
        self.account = account
        self.objects: dict[str, dict[str, Any]] = {
            SECRET: {
                "metadata": {"name": "database-app", "resourceVersion": "1"},
                "data": {"url": base64.b64encode(url.encode()).decode()},
            },
            DEPLOYMENT: {
                "metadata": {
                    "name": "backend",
                    "resourceVersion": "1",
                    "generation": 1,
                },
                "spec": {"replicas": REPLICAS, "template": {"metadata": {}}},
                "status": _status(1, REPLICAS),
            },
        }
        self.pods = [psycopg.connect(url) for _ in range(REPLICAS)]
        self.held = [url] * REPLICAS  # what each pod signs in with
        self.asked: list[str] = []
        self.cut: Cut = lambda _when, _number: False
        self.answers: dict[int, int] = {}  # a status instead, by number of the request
        self.stalls = False  # new pods don't come up
        self.stale = 0  # new pods that still get the Secret as it was
        self._seen = url  # by the kubelet
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """What is published."""
        return base64.b64decode(self.objects[SECRET]["data"]["url"]).decode()

    @property
    def environment(self) -> dict[str, str]:
        host, port = self._server.server_address[:2]
        return {
            "KUBERNETES_SERVICE_HOST": str(host),
            "KUBERNETES_SERVICE_PORT": str(port),
        }

    def __enter__(self) -> Self:
        files = {"token": TOKEN, "namespace": NAMESPACE}
        for name, text in files.items():
            (self.account / name).write_text(text)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.account / "server.pem")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        for pod in self.pods:
            pod.close()

    def answer(
        self, method: str, path: str, change: dict[str, Any]
    ) -> tuple[int, object]:
        with self._lock:
            found = self.objects.get(path)
            if found is None:
                return 403, {}
            if method == "GET":
                if path == DEPLOYMENT:
                    self._roll()
                return 200, copy.deepcopy(found)
            version = change.get("metadata", {}).pop("resourceVersion", None)
            if version not in {None, found["metadata"]["resourceVersion"]}:
                return 409, {}
            template = copy.deepcopy(found.get("spec", {}).get("template"))
            _merge(found, change)
            metadata = found["metadata"]
            metadata["resourceVersion"] = str(int(metadata["resourceVersion"]) + 1)
            if template != found.get("spec", {}).get("template"):
                metadata["generation"] += 1
            return 200, copy.deepcopy(found)

    def _roll(self) -> None:
        """One step of the controller at each look: it notices, then replaces a pod a time."""
        found = self.objects[DEPLOYMENT]
        generation, status = found["metadata"]["generation"], found["status"]
        if status["observedGeneration"] < generation:
            found["status"] = _status(generation, 0)
        elif self.stalls:
            status["conditions"] = [
                {"type": "Progressing", "reason": "ProgressDeadlineExceeded"}
            ]
        elif (done := status["updatedReplicas"]) < REPLICAS:
            fresh = self.held[done] if self.stale else self.url
            self.stale = max(0, self.stale - 1)
            self.pods[done].close()
            self.pods[done] = psycopg.connect(fresh)
            self.held[done] = fresh
            found["status"] = _status(generation, done + 1)


def _status(generation: int, updated: int) -> dict[str, Any]:
    return {
        "observedGeneration": generation,
        "replicas": REPLICAS,
        "updatedReplicas": updated,
        "availableReplicas": REPLICAS,
    }


def _merge(into: dict[str, Any], change: dict[str, Any]) -> None:
    """RFC 7396, for objects without nulls."""
    for key, value in change.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value


def _handler(cluster: Cluster) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_PATCH(self) -> None:
            self._answer()

        def _answer(self) -> None:
            cluster.asked.append(f"{self.command} {self.path}")
            number = len(cluster.asked)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers["authorization"] != f"Bearer {TOKEN}":
                return self._send(401, {})
            if number in cluster.answers:
                return self._send(cluster.answers[number], {"message": cluster.url})
            if cluster.cut("before", number):
                return None
            answer = cluster.answer(self.command, self.path, json.loads(body or "{}"))
            if cluster.cut("after", number):
                return None
            return self._send(*answer)

        def _send(self, status: int, found: object) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler

"""What is loaded: an instance of its own, or one that the user names."""

from __future__ import annotations

import ipaddress
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from ironclad.embedded import credentials
from ironclad.embedded.home import home
from tests.acceptance.harness.consoles import sign_in_with
from tests.acceptance.harness.processes import OPERATOR_TOKEN, TRAFFIC_TOKEN, Server
from tests.acceptance.harness.waiting import until
from tests.load import stage
from tests.load.consoles import SETTINGS
from tests.load.shaped.environment import CHECKOUT


class Refused(ValueError):  # noqa: N818 - it is told in these words
    """Nobody asked for load on that address, or what is needed for it is missing."""


@dataclass(frozen=True)
class Target:
    """`pids` are the server's processes where they run here; `database_url` where it is ours."""

    url: str
    operator: str
    traffic: str
    environment: Mapping[str, str]  # for its `manage.py`; empty where it is not here
    own: bool = False
    pids: Sequence[int] = ()
    database_url: str = ""
    server: str = "daphne"
    processes: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.operator}"}
        return httpx.Client(base_url=self.url, timeout=30, headers=headers)

    def get(self, path: str) -> Any:
        with self.client() as client:
            return _data(client.get(path))

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        with self.client() as client:
            return _data(client.post(path, json=dict(body or {})))

    def manage(self, *arguments: str) -> str:
        """Raises Refused where it is not here or the command fails, or does not end."""
        if not self.environment:
            raise Refused(f"{self.url} is not an instance of this checkout's")
        try:
            done = subprocess.run(
                [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
                env=dict(self.environment),
                cwd=CHECKOUT,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        except subprocess.TimeoutExpired as error:
            raise Refused(f"manage.py {arguments[0]} did not end") from error
        if done.returncode:
            told = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise Refused(f"manage.py {arguments[0]}: {told[-1] if told else ''}")
        return done.stdout

    def cookie(self) -> str:
        """Of somebody who has signed in by a one-time link."""
        link = next(w for w in self.manage("sign_in_link").split() if "/enter/" in w)
        with httpx.Client(base_url=self.url, timeout=30) as browser:
            return sign_in_with(browser, urlsplit(link).path)


def _data(answer: httpx.Response) -> Any:
    if not answer.is_success:
        where = answer.request.url.path
        raise Refused(f"{where}: {answer.status_code} {answer.text[:200]}")
    return answer.json()["data"]


@contextmanager
def own(settings: Mapping[str, str]) -> Iterator[Target]:
    """A server on a PostgreSQL of its own, with `settings` in its environment."""
    more = {**SETTINGS, **settings}
    with stage.setup(seed=False, more=more) as prepared, Server(prepared) as server:
        yield of_server(server)


def of_server(server: Server) -> Target:
    setup = server.setup
    until(lambda: server.client.get("/api/users").is_success, 20, "users answer")
    environment = setup.environment(server.port)
    return Target(
        url=server.url,
        operator=OPERATOR_TOKEN,
        traffic=TRAFFIC_TOKEN,
        environment=environment,
        own=True,
        pids=[server.pid],
        database_url=setup.database_url,
        server=environment.get("ASGI_SERVER") or "daphne",
        processes=int(environment.get("WEB_PROCESSES") or 1),
        settings=dict(setup.more),
    )


@contextmanager
def named(
    url: str, allowed: str, server: str, told: Mapping[str, str]
) -> Iterator[Target]:
    """One that runs, by that ASGI server. Its own traffic stands still meanwhile.

    Raises Refused.

    Where IRONCLAD_HOME is that of an instance on this port, tokens and processes are found
    there; else LOAD_OPERATOR_TOKEN and LOAD_TOKEN name them.
    """
    url = url.rstrip("/")
    check_address(url, allowed)
    target = replace(_here(url, told) or _elsewhere(url, told), server=server)
    with _without_its_traffic(target):
        yield target


def check_address(url: str, allowed: str) -> None:
    """Loopback, or the very host that was allowed by name. Raises Refused."""
    host = urlsplit(url).hostname or ""
    if urlsplit(url).scheme != "http" or not host:
        raise Refused(f"{url!r} is no address that begins with http://")
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    if host not in {"localhost", allowed}:
        raise Refused(f"{host} is not this machine: ALLOW={host} says that you mean it")


def _here(url: str, told: Mapping[str, str]) -> Target | None:
    """The instance of `make up` that listens on that port, if there is one."""
    place = home(told)
    try:
        held = json.loads(place.processes.read_text("utf-8"))
        tokens = credentials.load(place.secrets)
    except (OSError, ValueError):
        return None
    if held.get("port") != urlsplit(url).port:
        return None
    pids = [each["pid"] for each in held["processes"] if each["name"] == "server"]
    if not all(psutil.pid_exists(pid) for pid in pids):
        return None
    ours = ("DATABASE_URL", "SECRET_KEY", "IRONCLAD_PROFILE")
    kept = {name: value for name, value in told.items() if name not in ours}
    return Target(
        url=url,
        operator=tokens["IRONCLAD_OPERATOR_TOKEN"],
        traffic=tokens["IRONCLAD_TRAFFIC_TOKEN"],
        environment={**kept, "IRONCLAD_HOME": str(place.root)},
        pids=pids,
        # Several have one above them that serves nobody.
        processes=max(1, sum(len(psutil.Process(pid).children()) for pid in pids)),
    )


def _elsewhere(url: str, told: Mapping[str, str]) -> Target:
    return Target(
        url=url,
        operator=told.get("LOAD_OPERATOR_TOKEN", ""),
        traffic=told.get("LOAD_TOKEN", ""),
        environment={},
        processes=int(told.get("WEB_PROCESSES") or 1),
    )


@contextmanager
def _without_its_traffic(target: Target) -> Iterator[None]:
    """The built-in traffic of the instance would be part of what is measured."""
    rate = float(target.get("/api/traffic")["asked"]) if target.operator else 0.0
    if rate:
        target.post("/api/traffic", {"rate": 0})
        until(lambda: _still(target), 10, "its own traffic stands still")
    try:
        yield
    finally:
        if rate:
            target.post("/api/traffic", {"rate": rate})


def _still(target: Target) -> bool:
    told = target.get("/api/traffic")
    return not told["alive"] or (told["rate"] == 0 and told["inFlight"] == 0)


def log_folder() -> Path:
    return Path(os.environ.get("LOAD_OUT") or CHECKOUT / "dist" / "load")

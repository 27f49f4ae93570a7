"""A real nginx on loopback, in the place of the Service: it spreads requests over replicas."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until

_CONFIG = """\
{user}daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
worker_processes 1;
worker_shutdown_timeout 30s;
events {{ worker_connections 512; }}
http {{
  access_log {folder}/nginx-access.log;
  {temporary}
  map $http_upgrade $wanted {{ default upgrade; '' ''; }}
  upstream backend {{
    {servers}
    keepalive 16;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection $wanted;
      proxy_set_header Upgrade $http_upgrade;
      proxy_connect_timeout 1s;
      # the next one only where this one cannot have begun
      proxy_next_upstream error;
    }}
  }}
}}
"""
_PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Nginx:
    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None
        self._write(ports)

    def __enter__(self) -> Self:
        path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
        program = shutil.which("nginx", path=path)
        assert program is not None, "no nginx here: make test-stack brings it"
        command = [program, "-p", str(self._folder), "-c", str(self._config)]
        log = self._folder / "nginx.log"
        with log.open("wb") as out:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        until(self._listens, 10, "nginx listens")
        return self

    def __exit__(self, *_exc: object) -> None:
        assert self._child is not None
        self._child.terminate()
        self._child.wait(10)

    def lead_to(self, ports: Sequence[int]) -> None:
        """From now on; what is under way to others goes on to its end."""
        self._write(ports)
        before = self._workers()
        assert self._child is not None
        os.kill(self._child.pid, signal.SIGHUP)
        until(lambda: self._workers() - before, 5, "nginx has read it")

    def _workers(self) -> set[str]:
        assert self._child is not None
        path = Path(f"/proc/{self._child.pid}/task/{self._child.pid}/children")
        return set(path.read_text().split())

    @property
    def _config(self) -> Path:
        return self._folder / "nginx.conf"

    def _write(self, ports: Sequence[int]) -> None:
        servers = [f"server 127.0.0.1:{port} max_fails=0;" for port in ports]
        text = _CONFIG.format(
            # as root its workers would be somebody who may not enter the folder
            user="user root;\n" if os.geteuid() == 0 else "",
            folder=self._folder,
            temporary="\n  ".join(f"{p}_temp_path {self._folder}/{p};" for p in _PATHS),
            servers="\n    ".join(servers),
            port=self.port,
        )
        self._config.write_text(text)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

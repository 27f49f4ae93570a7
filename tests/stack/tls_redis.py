"""The cluster's Redis on loopback: its own start script, configuration and probes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from redis import Redis as Client

from ironclad.embedded.home import CHECKOUT
from tests.integration.rotation import certificate
from tests.stack.redis import PASSWORD, Redis

FILES = CHECKOUT / "deploy/kubernetes/components/redis/redis"


class TlsRedis(Redis):
    """`folder` holds what the pod mounts: password, certificate, and the place to write."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        certificate.write(folder)
        for name in ("tls.crt", "tls.key"):  # both are in the one file
            shutil.copy(folder / "server.pem", folder / name)
        (folder / "password").write_text(PASSWORD)
        self.url = self.address()
        self._start = ["sh", str(FILES / "start.sh")]

    def address(self, host: str = "127.0.0.1", authority: Path | None = None) -> str:
        """As the Secret `redis` has it, in the key `url`."""
        trusted = quote(str(authority or self._folder / "ca.crt"))
        place = f"{host}:{self.port}/0?ssl_ca_certs={trusted}"
        return f"rediss://:{PASSWORD}@{place}"

    def client(self) -> Client:
        return Client.from_url(self.url, decode_responses=True)

    def probe(self, name: str) -> int:
        """How one of the pod's probes ends."""
        return subprocess.run(
            ["sh", FILES / name],
            env=self._environment(),
            check=False,
            capture_output=True,
            timeout=10,
        ).returncode

    def renew(self) -> None:
        with (self._folder / "tls.crt").open("a") as file:
            file.write("\n")

    def open(self) -> None:
        """Start it anew, past the start script, so that it asks for no password."""
        self.kill()
        (self._folder / "users.acl").write_text("user default on nopass ~* +@all\n")
        self._start = ["redis-server"]
        self.url = self.url.replace(f":{PASSWORD}@", "")
        self.start()

    def _command(self) -> list[str]:
        folder = self._folder
        here = {
            "tls-port": self.port, "bind": "127.0.0.1", "dir": folder,
            "aclfile": folder / "users.acl", "tls-ca-cert-file": folder / "ca.crt",
            "tls-cert-file": folder / "tls.crt", "tls-key-file": folder / "tls.key",
            "maxmemory": "3mb",
        }  # fmt: skip
        words = [word for name, value in here.items() for word in (f"--{name}", value)]
        return [*self._start, *(str(word) for word in (FILES / "redis.conf", *words))]

    def _environment(self) -> dict[str, str]:
        folders = dict.fromkeys(
            ("REDIS_SECRETS", "REDIS_TLS", "REDIS_RUN"), str(self._folder)
        )
        return {**os.environ, **folders, "REDIS_PORT": str(self.port)}

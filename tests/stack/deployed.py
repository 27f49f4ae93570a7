"""Real programs with the arguments of the cluster's manifests, on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml

from ironclad.embedded.home import CHECKOUT
from tests.stack.programs import Program

COMPONENT = CHECKOUT / "deploy/kubernetes/components/monitoring"


def arguments_of(component: str, kind: str) -> list[str]:
    workload: Any = yaml.safe_load((COMPONENT / component / f"{kind}.yaml").read_text())
    (container,) = workload["spec"]["template"]["spec"]["containers"]
    return list(container["args"])


class Deployed(Program):
    """Started as its pod starts it. `here` has what differs: in each argument its keys
    are replaced by its values, in order; `PORT` is the one that it was given."""

    def __init__(  # noqa: PLR0913
        self,
        program: str,
        folder: Path,
        *,
        component: str,
        kind: str,
        here: Mapping[str, str],
        ready: str = "/-/ready",
        port_flag: bool = True,
    ) -> None:
        super().__init__(program, folder)
        self._args = arguments_of(component, kind)
        if port_flag:  # the manifests leave it at the program's default
            self._args.append("--web.listen-address=127.0.0.1:PORT")
        self._here, self._path = {**here, "PORT": str(self.port)}, ready

    def arguments(self) -> list[str]:
        return [self._adapted(argument) for argument in self._args]

    def text(self, path: str) -> str:
        return httpx.get(self.url + path, timeout=5).text

    def _adapted(self, argument: str) -> str:
        for there, here in self._here.items():
            argument = argument.replace(there, here)
        return argument

    def _ready(self) -> bool:
        try:
            return httpx.get(self.url + self._path, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

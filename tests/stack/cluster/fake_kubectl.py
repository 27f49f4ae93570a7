"""A kubectl whose cluster is a folder: it keeps what it is given and notes how it was called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.stack.cluster.manifests import SCRIPT

# What asks no cluster is left to the real one.
_PROGRAM = r"""#!/usr/bin/env bash
set -eu
printf '%s\n' "$*" >> "$FAKE_CLUSTER/calls"
[[ " $* " != *' --dry-run=client '* ]] || exec "$REAL_KUBECTL" "$@"
[[ ! -e $FAKE_CLUSTER/away ]] || { echo 'The connection to the server was refused' >&2; exit 1; }
case $1 in
  get)
    file=$FAKE_CLUSTER/$2-$3.yaml
    if [[ "$*" == *go-template* ]]; then
      words=$*
      key=${words##*.data \"}
      awk -v key="  ${key%%\"*}:" 'index($0, key) == 1 { printf "%s", $2 }' "$file" | base64 -d
    elif [[ -e $file ]]; then
      echo "$2/$3"
    fi ;;
  create)
    kind=$(awk '$1 == "kind:" { print tolower($2) }' "$3")
    file=$FAKE_CLUSTER/$kind-$(awk '/^  name:/ { print $2 }' "$3").yaml
    [[ ! -e $file ]] || exit 1
    cp "$3" "$file" ;;
  *) exit 64 ;;
esac
"""


class FakeCluster:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cluster"
        self.folder.mkdir()
        program = folder / "bin" / "kubectl"
        program.parent.mkdir()
        program.write_text(_PROGRAM)
        program.chmod(0o755)
        self._path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """secrets.sh against it."""
        real = shutil.which("kubectl")
        assert real, "no kubectl here: it writes the manifests"
        ours = {
            "PATH": self._path,
            "FAKE_CLUSTER": str(self.folder),
            "REAL_KUBECTL": real,
        }
        return subprocess.run(
            [SCRIPT, *arguments],
            env=os.environ | ours,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> str:
        return (self.folder / "calls").read_text()

    def secrets(self) -> dict[str, dict[str, Any]]:
        return {
            file.stem.removeprefix("secret-"): yaml.safe_load(file.read_text())
            for file in self.folder.glob("secret-*.yaml")
        }

    def forget(self, name: str) -> None:
        (self.folder / f"secret-{name}.yaml").unlink()

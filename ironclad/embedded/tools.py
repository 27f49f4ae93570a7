"""What the tests and checks need besides Python packages: node, a Chromium, servers.

Standard library only. `python -m ironclad.embedded.tools postgresql-15` gets that one, and
`… stack` Prometheus, Alertmanager, their exporters, Redis, nginx, bubblewrap and pgBackRest.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.home import CHECKOUT
from ironclad.embedded.packages import LOCKED, NODE, virtual_environment
from ironclad.embedded.terminal import fail, step

_OLDEST_NODE = 18
# Debian's packages, and the program of each that the tests start themselves.
_STACK = {
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
    "redis-server": "redis-server",
    "nginx-light": "nginx",
    "bubblewrap": "bwrap",
    "pgbackrest": "pgbackrest",
}
_POLICY = Path("/usr/sbin/policy-rc.d")
# The shell first: it is Chromium without the windows around pages, and a fresh page in it costs a
# third of the processor time.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def node_packages(log: Path) -> None:
    """The linters, as package-lock.json pins them. Raises StartError."""
    lock = CHECKOUT / "package-lock.json"
    stamp = CHECKOUT / "node_modules" / ".stamp"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not _has_node():
        with step("node, from a Python package"):
            _pip(NODE, log)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    with step("JavaScript tools"):
        path = f"{virtual_environment().parent}{os.pathsep}{os.environ['PATH']}"
        if not _ran(["npm", "ci"], log, PATH=path):
            raise StartError(
                "npm could not install package-lock.json",
                f"see that npm reaches its registry, then run it again (log: {log})",
            )
    stamp.write_text(wanted, encoding="utf-8")


def _has_node() -> bool:
    here = virtual_environment().parent
    path = f"{here}{os.pathsep}{os.environ['PATH']}"
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return False
    told = subprocess.run([node, "--version"], check=False, capture_output=True)
    version = re.match(rb"v(\d+)", told.stdout)
    return version is not None and int(version[1]) >= _OLDEST_NODE


def chromium() -> str | None:
    """A Chromium of the system's, or one that playwright has brought."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright"
    brought = Path(cache).expanduser().glob("chromium*/chrome-*/*")
    names = {"chrome", "headless_shell", "chrome-headless-shell"}
    return next((str(path) for path in brought if path.name in names), None)


def bring_chromium(log: Path) -> None:
    """Gets one where there is none. Raises StartError with the one line to run."""
    if chromium():
        return
    with step("Chromium"):
        python = str(virtual_environment())
        install = [python, "-m", "playwright", "install", "--only-shell", "chromium"]
        if not _ran(install, log):
            # The shell is a package of its own since Debian 12; others have the whole alone.
            for package in BROWSERS[:2]:
                _debian([package], log)
                if chromium():
                    break
        if not chromium():
            raise StartError(
                "the browser tests need a Chromium, and none could be installed",
                "install one: sudo apt-get install chromium",
            )


def bring_postgresql(version: int, log: Path) -> None:
    """Gets the system's PostgreSQL of that version. Raises StartError."""
    server = Path(f"/usr/lib/postgresql/{version}/bin/postgres")
    if server.exists():
        return
    with step(f"PostgreSQL {version}"):
        _debian([f"postgresql-{version}"], log)
        if not server.exists():
            raise StartError(
                f"there is no PostgreSQL {version} here",
                f"install it: sudo apt-get install postgresql-{version}",
            )


def bring_stack(log: Path) -> None:
    """Gets the system's servers that the stack tests start. Raises StartError."""
    missing = _stack_missing()
    if not missing:
        return
    with step(
        "Prometheus, Alertmanager, exporters, Redis, nginx, bubblewrap and pgBackRest"
    ):
        _debian(missing, log, starts=False)
        if missing := _stack_missing():
            raise StartError(
                f"there is no {_STACK[missing[0]]} here",
                f"install what is missing: sudo apt-get install {' '.join(missing)}",
            )


def _stack_missing() -> list[str]:
    """The packages whose program is not here; a user's PATH may lack the sbin folders."""
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin{os.pathsep}/sbin"
    return [name for name in _STACK if not shutil.which(_STACK[name], path=path)]


def _debian(packages: list[str], log: Path, *, starts: bool = True) -> None:
    """Installs packages where we may; says nothing when we may not.

    Without `starts` the servers in them are not started: those that tests start need
    the ports and the memory.
    """
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    _ran(["apt-get", "update"], log, **quiet)
    options = ["install", "--yes", "--no-install-recommends", *packages]
    with nullcontext() if starts else _no_service_starts():
        _ran(["apt-get", *options], log, **quiet)


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """Debian asks this file before it starts a package's server: 101 is no.

    https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
    """
    if _POLICY.exists():  # somebody's own; a container's image has one that says no
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()


def _pip(requirements: Path, log: Path) -> None:
    python = str(virtual_environment())
    command = [python, "-m", "pip", "install", *LOCKED, "-r", str(requirements)]
    if not _ran(command, log):
        raise StartError(
            "there is no node here, and pip could not get one in its place",
            "see that pip reaches its package index, or install node 18 or newer",
        )


def _ran(command: list[str], log: Path, **environment: str) -> bool:
    with log.open("a", encoding="utf-8") as out:
        try:
            done = subprocess.run(
                command,
                check=False,
                cwd=CHECKOUT,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        except OSError as error:
            out.write(f"{command[0]}: {error}\n")
            return False
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    log = CHECKOUT / ".venv" / "tools.log"
    try:
        if arguments[0] == "stack":
            bring_stack(log)
        else:
            bring_postgresql(int(arguments[0].removeprefix("postgresql-")), log)
    except StartError as error:
        fail(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

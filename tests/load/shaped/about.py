"""What a figure depends on: the machine, the versions, the settings, and who else was at work."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg

from ironclad.observability.usage import cores_there
from supply.requirements import read
from tests.load.shaped.environment import CHECKOUT, LOCK
from tests.load.shaped.parts.part import Asked
from tests.load.shaped.target import Target

_BUSY = 0.5  # of a core each: with that much other work figures are in doubt
_SHIPPED = ("django", "djangorestframework", "psycopg", "daphne")


def load_average() -> float:
    """Of the last minute; asked before anything is started."""
    return os.getloadavg()[0]


def about(target: Target, asked: Asked, load: float) -> dict[str, Mapping[str, str]]:
    machine = {
        "processor": _processor(),
        "cores": str(cores_there()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "system": platform.platform(terse=True),
        "load before": f"{load:.1f}"
        + (" (other work ran)" if load > _BUSY * cores_there() else ""),
    }
    chosen = {
        "arrivals": "at random (Poisson)" if asked.poisson else "even",
        **{
            n: f"{v:g}" for n in ("rate", "seconds", "step") if (v := getattr(asked, n))
        },
    }
    return {
        "Machine": machine,
        "Versions": _versions(target),
        "Settings": {**chosen, **dict(target.settings)},
    }


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _versions(target: Target) -> dict[str, str]:
    locust = next(pin.version for pin in read(LOCK) if pin.name == "locust")
    found = {"Ironclad": _commit(), "Python": platform.python_version()}
    if target.own:
        found |= {name: version(name) for name in _SHIPPED}
    with suppress(psycopg.Error):
        if target.database_url:
            with psycopg.connect(target.database_url) as connection:
                found["PostgreSQL"] = _postgresql(connection.info.server_version)
    return {**found, "Locust": locust}


def _postgresql(number: int) -> str:
    return f"{number // 10000}.{number % 10000}"


def _commit() -> str:
    """As git describes it; what is not committed makes it `dirty`."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude", "*"],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() or "unknown"

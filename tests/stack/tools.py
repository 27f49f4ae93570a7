"""promtool and amtool, run to their end."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ironclad.embedded.home import CHECKOUT

MONITORING = CHECKOUT / "deploy" / "monitoring"


def run(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What it said and how it ended."""
    found = shutil.which(name)
    assert found is not None, f"no {name} here: make test-stack brings it"
    return subprocess.run(
        [found, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def well(name: str, *arguments: str | Path) -> str:
    """Its output; an AssertionError with all it said if it failed."""
    done = run(name, *arguments)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout

"""`.venv-load`: Locust and what it brings, apart from the product and from our tools.

`python -m tests.load.shaped.environment` makes it, or leaves it as it is when it is as locked.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.packages import LOCKED
from ironclad.embedded.terminal import fail, step
from supply.locking import index_settings

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = CHECKOUT / ".venv-load"
PYTHON = FOLDER / "bin/python"
LOCK = CHECKOUT / "requirements-load.txt"
_STAMP = FOLDER / ".requirements-load"


def bring() -> None:
    """Gets what is missing or has changed: some seconds, by uv. Raises StartError."""
    wanted = hashlib.sha256(sys.version.encode() + LOCK.read_bytes()).hexdigest()
    # Tests run side by side, and only one of them may write here.
    with (CHECKOUT / ".venv" / ".load.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _read() == wanted and _works():
            return
        with step("Locust, in an environment of its own"):
            _make()
        _STAMP.write_text(wanted, "utf-8")


def _make() -> None:
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--quiet", "--no-config", "--clear", str(FOLDER)])
    what = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK))
    quick = (*uv, "pip", "install", "--quiet", "--no-config", "--python", str(PYTHON))
    try:
        _run([*quick, *what])
    except StartError:
        # An index that only pip.conf names: slower, and the same files by their digests.
        _run([sys.executable, "-m", "pip", "--python", str(PYTHON), "install",
              "--quiet", *LOCKED, "-r", str(LOCK)])  # fmt: skip


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command,
        env=index_settings(os.environ),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip() or "no reason was given").splitlines()[-1]
        raise StartError(
            f"Locust could not be installed: {last}",
            "see that pip reaches its package index, then run it again",
        )


def _works() -> bool:
    """A folder that was copied from elsewhere holds a Python that cannot run."""
    try:
        return (
            subprocess.run(
                [PYTHON, "-c", "import gevent"], check=False, capture_output=True
            ).returncode
            == 0
        )
    except OSError:
        return False


def _read() -> str:
    return _STAMP.read_text("utf-8") if _STAMP.exists() else ""


if __name__ == "__main__":
    try:
        bring()
    except StartError as error:
        fail(error)
        sys.exit(1)

"""The virtual environment and the Python packages in it.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
import venv
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.home import CHECKOUT
from ironclad.embedded.terminal import step

_FOLDER = CHECKOUT / ".venv"
# Where the system has no node: one in a wheel.
NODE = CHECKOUT / "requirements-node.txt"
# Four packages come to it as sources alone.
_INTEL_MAC = platform.system() == "Darwin" and platform.machine() == "x86_64"
# Each package as the lock file names it and no other. Sources are not built where wheels are to
# be had: what building needs is in no lock file.
LOCKED = (
    *("--disable-pip-version-check", "--no-input", "--require-hashes", "--no-deps"),
    *(() if _INTEL_MAC else ("--only-binary", ":all:")),
)


def virtual_environment() -> Path:
    """The environment's Python, whether it is there yet or not."""
    return _FOLDER / "bin" / "python"


def install(requirements: Path, *, log: Path) -> None:
    """Installs the file's packages; does nothing when they are there as pinned."""
    stamp = _FOLDER / f".{requirements.stem}"
    wanted = _digest(requirements)
    if _works() and _read(stamp) == wanted:
        return
    if not _works():
        with step("virtual environment"):
            _create()
    with step(f"Python packages ({requirements.name}; the first time takes a minute)"):
        _pip(requirements, log)
    stamp.write_text(wanted, encoding="utf-8")


def _works() -> bool:
    """A folder copied from elsewhere, or half made, holds a Python that cannot run."""
    python = virtual_environment()
    try:
        done = subprocess.run(
            [python, "-c", "import pip, sys; print(sys.prefix)"],
            check=False,
            capture_output=True,
            text=True,
        )
    except OSError:
        return False
    return done.returncode == 0 and Path(done.stdout.strip()) == _FOLDER


def _create() -> None:
    try:
        venv.create(_FOLDER, clear=True, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError, ImportError) as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise StartError(
            f"Python cannot make a virtual environment in {_FOLDER}",
            f"on Debian and Ubuntu: apt-get install python{version}-venv",
        ) from error


def _pip(requirements: Path, log: Path) -> None:
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [
                *(virtual_environment(), "-m", "pip", "install"),
                *(*LOCKED, "-r", requirements),
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        raise StartError(*_reason(log))


def _reason(log: Path) -> tuple[str, str]:
    told = log.read_text(encoding="utf-8", errors="replace")
    if "No space left" in told:
        return "the disk is full", f"free about 1 GB; pip's output is in {log}"
    errors = [line for line in told.splitlines() if line.startswith("ERROR: ")]
    last = errors[-1].removeprefix("ERROR: ") if errors else "pip gave no reason"
    return (
        f"the Python packages could not be installed: {last}",
        f"see that pip reaches its package index, then run it again (log: {log})",
    )


def _digest(requirements: Path) -> str:
    """Changes with the file, with the files it includes, and with Python itself."""
    total = hashlib.sha256(sys.version.encode())
    for line in requirements.read_text(encoding="utf-8").splitlines():
        total.update(line.encode())
        if line.startswith("-r "):
            total.update(_digest(requirements.parent / line[3:].strip()).encode())
    return total.hexdigest()


def _read(stamp: Path) -> str:
    try:
        return stamp.read_text(encoding="utf-8")
    except OSError:
        return ""

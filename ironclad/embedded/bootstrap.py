"""What `make` runs with the system's own Python: gets the packages, then hands over.

Standard library only. `bootstrap up` starts Ironclad, `bootstrap develop` gets what the
tests and checks need; both leave alone what is there and unchanged.
"""

# ruff: noqa: E402 - an old Python gets a sentence before it meets what it cannot parse
from __future__ import annotations

import os
import sys

_LEAST = (3, 11)

if sys.version_info < _LEAST:
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.stderr.write(
        f"✗ Ironclad needs Python 3.11 or newer, {sys.executable} is {found}\n"
        "  → install a newer one and name it: make up PYTHON=python3.12\n"
    )
    sys.exit(1)

import fcntl
from typing import NoReturn

from ironclad.embedded import browser_library, tools
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import CHECKOUT, Home, home
from ironclad.embedded.packages import install, virtual_environment
from ironclad.embedded.room import check_disk
from ironclad.embedded.terminal import fail, say, step

_SPACE = 1200  # MB: packages, PostgreSQL, room for the first database


def get(place: Home, requirements: str) -> None:
    """Gets what is missing or has changed. Raises StartError."""
    place.prepare()
    # Two at once would install into each other's feet; the second one waits.
    with (place.root / "install.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not virtual_environment().exists():
            check_disk(CHECKOUT, megabytes=_SPACE)
        log = place.log / "install.log"
        install(CHECKOUT / requirements, log=log)
        if browser_library.missing():
            with step("browser library"):
                browser_library.bring(log)


def main(arguments: list[str]) -> int:
    what = arguments[0] if arguments else "up"
    try:
        os.chdir(CHECKOUT)
        if what == "up":
            get(home(), "requirements-builtin.txt")
        else:
            place = home()
            get(place, "requirements-dev.txt")
            tools.node_packages(place.log / "install.log")
            tools.bring_chromium(place.log / "install.log")
            return 0
    except StartError as error:
        fail(error)
        return 1
    except KeyboardInterrupt:
        say("\nstopped; the next start goes on from here")
        return 130
    return hand_over()


def hand_over() -> NoReturn:
    """Becomes the environment's Python: one process, one Ctrl-C."""
    python = str(virtual_environment())
    os.execv(python, [python, "-m", "ironclad.embedded.up"])  # noqa: S606 - our own program


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

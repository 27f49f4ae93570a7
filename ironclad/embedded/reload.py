"""`make reload`: the instance that runs replaces its server processes, one after the other."""

from __future__ import annotations

import json
import os
import signal
import sys

from ironclad.embedded import processes
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home, home
from ironclad.embedded.processes import Identity
from ironclad.embedded.terminal import fail, say


def reload(place: Home) -> int:
    """Tells its supervisor; gives how many it replaces. Raises StartError."""
    try:
        held = json.loads(place.processes.read_text(encoding="utf-8"))
        server = next(each for each in held["processes"] if each["name"] == "server")
        who = Identity(int(server["pid"]), str(server["started"]))
        serving = int(held["serving"])
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        raise StartError(f"no server runs in {place.root}", "make up") from None
    if not processes.alive(who):
        raise StartError(f"no server runs in {place.root}", "make up")
    if serving == 1:
        raise StartError(
            "one process serves, and nobody could take over from it",
            "stop it and start it again with: make up WEB_PROCESSES=2",
        )
    os.kill(who.pid, signal.SIGHUP)
    return serving


def main() -> int:
    try:
        count = reload(home())
    except StartError as error:
        fail(error)
        return 1
    say(f"✓ {count} processes are replaced, one after the other; make logs shows it")
    return 0


if __name__ == "__main__":
    sys.exit(main())

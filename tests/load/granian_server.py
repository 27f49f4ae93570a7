"""Our application on granian, for the comparison in `asgi`: `… PORT`."""

from __future__ import annotations

import importlib
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")

if __name__ == "__main__":
    # With one worker, which imports the application in a process of its own.
    importlib.import_module("granian").Granian(
        "ironclad.asgi:application",
        port=int(sys.argv[1]),
        interface="asgi",
        loop="uvloop",
        log_enabled=False,
    ).serve()

"""What serves, and in how many processes behind one port."""

from __future__ import annotations

from ironclad import env
from ironclad.workers.bounds import MOST_PROCESSES

# Each is a replica of its own; more than one are started and watched by a supervisor
# (docs/guide/processes.md).
WEB_PROCESSES = env.integer("WEB_PROCESSES", 1, least=1, most=MOST_PROCESSES)
# Daphne is what all promises hold on; uvicorn is not installed by default, and wants a proxy.
ASGI_SERVER = env.choice("ASGI_SERVER", "daphne", ("daphne", "uvicorn"))

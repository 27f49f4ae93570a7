"""How fast the built-in traffic may go, and how fast the service can follow."""

from __future__ import annotations

MAX_RATE = 80.0  # requests a second that the console may ask for

# The rate of the built-in mix that one server process follows on two cores, with the generator
# and PostgreSQL beside it: nothing refused and p99 under 500 ms. `python -m
# tests.load.sustainable` found 70 on 2026-11-24 (75 was too much) while other work ran
# on the machine; this leaves a margin for open consoles. The console warns above it.
SUSTAINABLE_RATE = 60.0

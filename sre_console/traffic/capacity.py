"""How fast the built-in traffic may go, and how fast the service can follow."""

from __future__ import annotations

MAX_RATE = 80.0  # requests a second that the console may ask for

# The highest rate of the built-in mix at which one server process on two cores, with
# the generator and PostgreSQL beside it, still answered p99 under 500 ms with nothing
# refused. The console warns above it.
# Not measured yet: an estimate from the framework's own figures.
SUSTAINABLE_RATE = 60.0

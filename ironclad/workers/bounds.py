"""How many processes there may be, and what they take of a database. Pure."""

from __future__ import annotations

MOST_PROCESSES = 32
# Pools of 20 and 4, three threads that work behind, one that listens for changes, one that
# `/health` asks by; four more count rate limits where no Redis does.
CONNECTIONS_EACH = 20 + 4 + 3 + 1 + 1
CONNECTIONS_TO_COUNT = 4
# PostgreSQL's superuser, migrations, jobs and people.
CONNECTIONS_BESIDE = 20


def living(processes: int) -> int:
    """The most at a time: a reload has one more than usual."""
    return processes + 1 if processes > 1 else 1


def connections(processes: int, *, counting: bool) -> int:
    """The most that all of them open; `counting`: rate limits are counted in PostgreSQL."""
    each = CONNECTIONS_EACH + (CONNECTIONS_TO_COUNT if counting else 0)
    return living(processes) * each

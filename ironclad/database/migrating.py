"""Migrating beside a service that goes on: short waits for locks, tried again, and a long breath."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from django.db import Error, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from ironclad.database.connection import statement_limit
from ironclad.errors import IroncladError

# Whoever waits for a table's lock holds up everybody who comes after, readers too.
LOCK_WAIT = 2.0  # seconds
# As long as the cluster's Job may take. A statement that must have a table to itself never takes
# long: what makes one take long is refused (tests/integration/migrations).
STATEMENT = 840.0  # seconds
TRIES = 20
_PAUSE = 3.0  # seconds; with its waits a minute and a half in all
_NO_LOCK = "55P03"
_BOUNDS = """
SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)
"""


@contextlib.contextmanager
def bounded(
    connection: BaseDatabaseWrapper,
    *,
    lock: float = LOCK_WAIT,
    statement: float = STATEMENT,
) -> Iterator[None]:
    """Let the session wait at most so many seconds for a lock, and for each statement.

    A migration may set other ones for itself, by SET LOCAL.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _BOUNDS, [f"{round(lock * 1000)}ms", f"{round(statement * 1000)}ms"]
        )
    # Else the deadline of a request would cut what may take minutes. The server gives up first.
    token = statement_limit.set(statement + 5)
    try:
        yield
    finally:
        statement_limit.reset(token)
        with contextlib.suppress(Error, IroncladError), connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("RESET statement_timeout")


def patiently(
    work: Callable[[], object],
    *,
    said: Callable[[str], None],
    tries: int = TRIES,
    pause: float = _PAUSE,
) -> None:
    """Do work that can be begun again, until no lock is in its way; raises the last refusal."""
    for number in range(1, tries + 1):
        try:
            work()
        except OperationalError as error:
            refused = getattr(error.__cause__, "sqlstate", "") == _NO_LOCK
            if not refused or number == tries:
                raise
            said(f"Somebody holds a lock; again in {pause:g} s ({number} of {tries}).")
            time.sleep(pause)
        else:
            return

"""How recovery stands, for those who ask each second; whatever is wrong with it is in nobody's way."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from django.db import Error, connection, transaction

from ironclad.clock import Clock
from sre_console.recovery.standing import RecoveryStanding, recovery_standing

logger = structlog.get_logger(__name__)

EVERY = 5.0  # seconds that an answer is good for
# By class of SQLSTATE: what PostgreSQL, or a managed one, will not tell at all or not now. The
# rest means that it is not there.
_REFUSED = ("0A", "22", "42", "55")


class RecoveryWatch:
    """One for each thread that asks."""

    def __init__(self, clock: Clock, *, lock_timeout: str | None = None) -> None:
        """`lock_timeout` for who has set none, in PostgreSQL's words."""
        self._clock, self._lock_timeout = clock, lock_timeout
        self._asked = -float("inf")  # monotonic
        self._latest: RecoveryStanding | None = None
        self._refused = False

    def latest(self) -> RecoveryStanding | None:
        """At most some seconds old; None where it can't be told. Raises when the database is away."""
        now = self._clock.monotonic()
        if now - self._asked >= EVERY:
            self._latest = self._ask()
            self._asked = now
        return self._latest

    def _ask(self) -> RecoveryStanding | None:
        at = datetime.fromtimestamp(self._clock.epoch(), UTC)
        try:
            found = standing_tried(at, lock_timeout=self._lock_timeout)
        except Refused as error:
            if not self._refused:
                logger.warning("recovery_not_told", error=str(error))
            self._refused = True
            return None
        self._refused = False
        return found


class Refused(Exception):  # noqa: N818 - it is no fault of who asks
    """PostgreSQL does not tell how recovery stands."""


def standing_tried(
    now: datetime, *, lock_timeout: str | None = None
) -> RecoveryStanding:
    """Within a transaction of somebody else's, too. Raises Refused, or that the database is away."""
    try:
        with transaction.atomic():
            if lock_timeout is not None:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT set_config('lock_timeout', %s, true)", [lock_timeout]
                    )
            return recovery_standing(now)
    except Error as error:
        state = getattr(error.__cause__, "sqlstate", None) or ""
        if connection.needs_rollback or not state.startswith(_REFUSED):
            raise
        raise Refused(str(error)) from error

"""What the leader does for the log: its head into the logs, and a walk along it now and then.

The head that somebody kept elsewhere shows later that nothing was cut off the end.
"""

from __future__ import annotations

import structlog

from sre_console.audit.checking import (
    AGAIN,
    check_follow,
    check_newest,
    check_start,
    check_step,
)
from sre_console.audit.services import moment
from sre_console.audit.settings_told import settings_record
from sre_console.audit.verification import Head, head
from sre_console.models import AuditVerification

logger = structlog.get_logger(__name__)

EVERY = 60  # beats
_STEP = 200  # entries a beat, some 10 ms
_SECONDS = 0.05
_BY = "ironclad"


class Watch:
    """Its `turn` is called each beat, in the leader's thread."""

    def __init__(self) -> None:
        self._beats = 0
        self._last: Head | None = None
        self._walk: AuditVerification | None = None

    def turn(self) -> None:
        if self._beats == 0:
            settings_record()
        if self._beats % EVERY == 0:
            self._tell()
            self._walk = self._due()
        self._beats += 1
        if self._walk is None or self._walk.finished_at is not None:
            return
        self._walk = check_step(self._walk, most=_STEP, seconds=_SECONDS)
        if self._walk.broken is not None:
            logger.error("audit_broken", entry=self._walk.broken, why=self._walk.why)

    def _tell(self) -> None:
        newest = head()
        logger.info("audit_head", number=newest.number, digest=newest.hash)
        before, self._last = self._last, newest
        if before is not None and newest.number < before.number:
            logger.error("audit_cut", before=str(before), now=str(newest))

    def _due(self) -> AuditVerification | None:
        row = check_newest()
        if row is None or (
            row.finished_at is not None and moment() - row.started_at > AGAIN
        ):
            return check_start(by=_BY)
        return check_follow(row)

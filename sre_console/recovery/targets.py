"""How long a recovery may take and how much may be lost: the promise, and our own aim. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class RecoveryTargets:
    """`time` is the RTO (until it serves again), `loss` the RPO (commits that are gone)."""

    time: timedelta
    loss: timedelta

    def met(self, recovery_seconds: float, lost_seconds: float) -> bool:
        return (
            recovery_seconds <= self.time.total_seconds()
            and lost_seconds <= self.loss.total_seconds()
        )


PROMISED = RecoveryTargets(time=timedelta(hours=4), loss=timedelta(hours=1))
# What archive_timeout = 60 and a restore in minutes allow: a drill is judged by the promise,
# and says how it did by this.
AIMED = RecoveryTargets(time=timedelta(minutes=15), loss=timedelta(minutes=1))

VALIDATION_EVERY = timedelta(days=31)
VALIDATION_OVERDUE = timedelta(days=35)
DRILL_EVERY = timedelta(days=91)  # each scenario, once a quarter

"""Whether a recovery would come about now, and what speaks against it. Pure.

Nothing that was never measured speaks for it: without a restore that was tried nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sre_console.recovery.targets import AIMED, PROMISED, VALIDATION_OVERDUE

# The same as the alerts of deploy/slo/alerts.yaml.
HOUR = 3600.0
BACKUP_OLD = 26 * HOUR  # one a day, and two hours for it
ARCHIVE_LATE = 300.0  # seconds
REPLICA_LATE = 300.0  # seconds
SPACE_LOW = 0.15  # of the repository

Answer = Literal["nothing", "no", "doubtful", "yes"]
ANSWERS: tuple[Answer, ...] = ("nothing", "no", "doubtful", "yes")
Code = Literal[
    "no_backup",
    "backup_failed",
    "backup_old",
    "dump_old",
    "repository_unread",
    "wal_missing",
    "archive_failing",
    "exposed",
    "space_low",
    "not_validated",
    "validation_failed",
    "validation_overdue",
    "promise_missed",
    "aim_missed",
    "replica_lost",
    "replica_late",
    "drills_overdue",
]
CODES: tuple[Code, ...] = Code.__args__  # type: ignore[attr-defined]
# With one of these a restore may not come about, or not in time.
_GRAVE: frozenset[Code] = frozenset(
    {"no_backup", "repository_unread", "wal_missing", "validation_failed", "promise_missed"}
)  # fmt: skip
# Worth a look, and no reason to doubt a recovery.
_LIGHT: frozenset[Code] = frozenset({"aim_missed", "drills_overdue"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Ages are seconds; None: nothing is known of it."""

    backup_age: float | None = None  # of the newest good one that is still there
    dump_age: float | None = (
        None  # of the newest dump; None: not every installation dumps
    )
    failures: int = 0  # tries since
    complaints: int = 0  # repositories that could not be read
    missing_wal: int = 0
    archive_failing: float = 0.0
    exposed: float | None = None  # would be lost at most with the volume now
    free_share: float | None = None
    validated_age: float | None = None  # of the last good one
    validation_failed: bool = False  # the newest one
    recovery_seconds: float | None = None
    lost_seconds: float | None = None
    replica_seconds: float | None = None  # of the one that is furthest behind
    replica_lost: bool = False  # one can never follow again
    drills_overdue: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    code: Code

    @property
    def grave(self) -> bool:
        return self.code in _GRAVE

    @property
    def light(self) -> bool:
        return self.code in _LIGHT


def findings(facts: Facts) -> list[Finding]:
    """The gravest first."""
    held: dict[Code, bool] = {
        "no_backup": facts.backup_age is None,
        "repository_unread": facts.complaints > 0,
        "wal_missing": facts.missing_wal > 0,
        "validation_failed": facts.validation_failed,
        "promise_missed": _missed(facts, PROMISED.time.total_seconds(), PROMISED.loss.total_seconds()),
        "archive_failing": facts.archive_failing > ARCHIVE_LATE,
        "exposed": facts.exposed is not None and facts.exposed > PROMISED.loss.total_seconds(),
        "backup_failed": facts.failures > 0,
        "backup_old": facts.backup_age is not None and facts.backup_age > BACKUP_OLD,
        "dump_old": facts.dump_age is not None and facts.dump_age > BACKUP_OLD,
        "space_low": facts.free_share is not None and facts.free_share < SPACE_LOW,
        "not_validated": facts.validated_age is None and not facts.validation_failed,
        "validation_overdue": facts.validated_age is not None
        and facts.validated_age > VALIDATION_OVERDUE.total_seconds(),
        "replica_lost": facts.replica_lost,
        "replica_late": not facts.replica_lost
        and facts.replica_seconds is not None
        and facts.replica_seconds > REPLICA_LATE,
        "aim_missed": _missed(facts, AIMED.time.total_seconds(), AIMED.loss.total_seconds()),
        "drills_overdue": facts.drills_overdue > 0,
    }  # fmt: skip
    if held["promise_missed"]:
        held["aim_missed"] = False
    return [Finding(code) for code, holds in held.items() if holds]


def answer(found: list[Finding]) -> Answer:
    if any(each.code == "no_backup" for each in found):
        return "nothing"
    if any(each.grave for each in found):
        return "no"
    return "doubtful" if any(not each.light for each in found) else "yes"


def _missed(facts: Facts, time: float, loss: float) -> bool:
    """What was not measured missed nothing."""
    slow = facts.recovery_seconds is not None and facts.recovery_seconds > time
    return slow or (facts.lost_seconds is not None and facts.lost_seconds > loss)

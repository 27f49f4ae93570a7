"""Whether a recovery would come about now: what is known of backups, archiving and replicas.

Two queries, as the application's role: it needs no right beyond reading its own tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.replication import LagClock, ReplicaLag
from sre_console.recovery.server import log_read
from sre_console.recovery.targets import DRILL_EVERY

DRILLED = tuple(SCENARIOS)
# What nobody has looked at for longer says nothing of today; backups get old meanwhile.
SEEN_WITHIN = timedelta(days=2)

_QUERY = """
WITH here AS (
  SELECT kind, max(ended_at) AS at FROM backup_run
  WHERE state = 'good' AND gone_at IS NULL GROUP BY kind
), good AS (
  SELECT kind = 'dump' AS dumped, max(ended_at) AS at FROM backup_run
  WHERE state = 'good' GROUP BY 1
), proven AS (
  SELECT recovery_seconds, lost_seconds FROM restore_run
  WHERE state = 'good' AND kind IN ('validation', 'drill') AND recovery_seconds IS NOT NULL
  ORDER BY ended_at DESC LIMIT 1
)
SELECT
  (SELECT applied FROM django_migrations
   WHERE app = 'sre_console' AND name = '0023_recovery' LIMIT 1) AS came_at,
  (SELECT coalesce(json_object_agg(kind, extract(epoch FROM at)), '{}') FROM here) AS backups,
  (SELECT count(*) FROM backup_run tried
   LEFT JOIN good ON good.dumped = (tried.kind = 'dump')
   WHERE tried.state = 'failed'
     AND tried.ended_at > coalesce(good.at, '-infinity')) AS failures,
  (SELECT coalesce(json_agg(json_build_array(used, free, missing_wal, complaint)), '[]')
   FROM backup_repository WHERE seen_at > %(seen)s) AS repositories,
  (SELECT max(ended_at) FROM restore_run
   WHERE kind = 'validation' AND state = 'good') AS validated_at,
  (SELECT recovery_seconds FROM proven) AS recovery_seconds,
  (SELECT lost_seconds FROM proven) AS lost_seconds,
  (SELECT coalesce(json_object_agg(scenario, at), '{}') FROM (
     SELECT scenario, extract(epoch FROM max(ended_at)) AS at FROM disaster_drill
     WHERE state = 'finished' AND verdict = 'passed' AND ended_at IS NOT NULL
     GROUP BY scenario) passed) AS passed
"""


@dataclass(frozen=True, slots=True)
class RecoveryStanding:
    """At one moment of database time. Ages are wall seconds, sizes bytes."""

    at: datetime
    came_at: datetime | None = None  # since when this installation knows of backups
    # The newest good one that is still there, by kind: full, diff, incr, dump.
    backups: Mapping[str, datetime] = field(default_factory=dict)
    dumps_daily: bool = True  # in production; elsewhere one is somebody's own
    failures: int = 0  # tries that failed since the last good one of their sort
    # Of the repository that has least room for what it holds; None: it does not say.
    used: int | None = None
    free: int | None = None
    missing_wal: int = 0  # segments that a restore would miss
    complaints: tuple[str, ...] = ()  # of repositories that could not be read
    validated_at: datetime | None = None  # the last good validation ended
    # What the last good validation or drill took, and lost.
    recovery_seconds: float | None = None
    lost_seconds: float | None = None
    drills_passed: Mapping[str, datetime] = field(default_factory=dict)  # by scenario
    archives: bool = False  # PostgreSQL archives its log itself
    archive_failing: float = 0.0  # since the log should have been archived, and was not
    replicas: tuple[ReplicaLag, ...] = ()

    @property
    def backup_at(self) -> datetime | None:
        """The newest of PostgreSQL's files, of whichever kind."""
        files = [at for kind, at in self.backups.items() if kind != "dump"]
        return max(files, default=None)

    @property
    def backup_age(self) -> float | None:
        """Since the newest backup; without one since there could have been one."""
        return self._age(self.backup_at)

    @property
    def dump_age(self) -> float | None:
        """Likewise; None where none was ever made: not every installation dumps."""
        at = self.backups.get("dump")
        return None if at is None else self._age(at)

    @property
    def free_share(self) -> float | None:
        """Of what the fullest repository holds and could hold."""
        if self.free is None or self.used is None or self.free + self.used <= 0:
            return None
        return self.free / (self.free + self.used)

    @property
    def validation_age(self) -> float | None:
        """Since a restore was last seen to be good; without one likewise."""
        return self._age(self.validated_at)

    @property
    def drills_overdue(self) -> tuple[str, ...]:
        """Scenarios that should have been passed again by now."""
        every = DRILL_EVERY.total_seconds()
        ages = {name: self._age(self.drills_passed.get(name)) for name in DRILLED}
        return tuple(name for name, age in ages.items() if age and age > every)

    @property
    def replica_lag(self) -> float:
        """Seconds, of the one that is furthest behind."""
        return max((each.seconds for each in self.replicas), default=0.0)

    def _age(self, since: datetime | None) -> float | None:
        since = since or self.came_at
        if since is None:
            return None
        # never negative: clocks of other machines may be ahead
        return max(0.0, (self.at - since).total_seconds())


_lags = LagClock()


def recovery_standing(now: datetime, *, lags: LagClock = _lags) -> RecoveryStanding:
    """At `now` (database time). Two queries; raises what the database raises."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, {"seen": now - SEEN_WITHIN})
        names = [column[0] for column in cursor.description or ()]
        found: dict[str, Any] = dict(zip(names, cursor.fetchone() or (), strict=True))
        log = log_read(cursor)
    repositories: list[list[Any]] = found["repositories"]
    used, free = _tightest(repositories)
    return RecoveryStanding(
        at=now,
        came_at=found["came_at"],
        backups=_moments(found["backups"]),
        dumps_daily=not settings.BUILTIN,
        failures=found["failures"],
        used=used,
        free=free,
        missing_wal=max((each[2] for each in repositories), default=0),
        complaints=tuple(each[3] for each in repositories if each[3]),
        validated_at=found["validated_at"],
        recovery_seconds=found["recovery_seconds"],
        lost_seconds=found["lost_seconds"],
        drills_passed=_moments(found["passed"]),
        archives=log.archives,
        archive_failing=log.archive_failing(now),
        replicas=lags.lags(
            log.slots, written=log.written, at=now.timestamp(), segment=log.segment
        ),
    )


def _tightest(repositories: list[list[Any]]) -> tuple[int | None, int | None]:
    """Bytes used and free, of the one that is fullest for what it holds."""
    known = [(used, free) for used, free, *_ in repositories if free is not None]
    return min(
        known,
        key=lambda each: each[1] / max(1, each[1] + (each[0] or 0)),
        default=(None, None),
    )


def _moments(epochs: Mapping[str, float]) -> dict[str, datetime]:
    return {name: datetime.fromtimestamp(at, UTC) for name, at in epochs.items()}

"""What PostgreSQL tells of its log: whether it is archived, and who receives it.

Everything here may be read by a role without any right; how far a replica is behind in time may
not, and is counted by `LagClock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sre_console.recovery.replication import Slot

# archived_at: a server that was down could archive nothing. written: where the log ends.
_QUERY = """
SELECT
  current_setting('archive_mode') <> 'off' AND NOT pg_is_in_recovery(),
  extract(epoch FROM current_setting('archive_timeout')::interval)::float,
  greatest(last_archived_time, pg_postmaster_start_time()),
  coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
  pg_size_bytes(current_setting('wal_segment_size')),
  coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
    ELSE pg_current_wal_lsn() END, '0/0'), 0)::bigint,
  (SELECT coalesce(json_agg(json_build_array(slot_name, active,
     pg_wal_lsn_diff(restart_lsn, '0/0')::bigint) ORDER BY slot_name), '[]')
   FROM pg_replication_slots WHERE slot_type = 'physical' AND NOT temporary)
FROM pg_stat_archiver
"""


class Cursor(Protocol):
    def execute(self, query: str, /) -> object: ...

    def fetchone(self) -> Sequence[Any] | None: ...


@dataclass(frozen=True, slots=True)
class Log:
    """Positions in it are bytes from its beginning, `segment` is bytes."""

    archives: bool
    archive_timeout: float  # seconds; 0: nothing but a full segment is archived
    archived_at: datetime
    archive_failed: bool  # the last try
    segment: int
    written: int
    slots: tuple[Slot, ...]

    def archive_failing(self, now: datetime) -> float:
        """Seconds since some of it should have been archived, and was not."""
        if not self.archives or not (self.archive_timeout or self.archive_failed):
            return 0.0
        since = (now - self.archived_at).total_seconds()
        return max(0.0, since - self.archive_timeout)


def log_read(cursor: Cursor) -> Log:
    cursor.execute(_QUERY)
    row = cursor.fetchone()
    assert row is not None  # noqa: S101 - the view has exactly one
    archives, timeout, archived_at, failed, segment, written, slots = row
    return Log(
        archives=archives,
        archive_timeout=timeout,
        archived_at=archived_at,
        archive_failed=failed,
        segment=segment,
        written=written,
        slots=tuple(Slot(*each) for each in slots),
    )

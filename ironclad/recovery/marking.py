"""A named point in a source that goes on working, and what was in it at exactly that point.

A transaction that ends between the count's snapshot and the point would be in one and not in
the other. Two looks at the transactions in flight, one before and one after the point, that
are the same and show none tell that there was no such transaction; else it is tried again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from ironclad.recovery.counting import Counts, Table, count, prepare
from ironclad.recovery.failure import RecoveryFailed

_FLIGHT = (
    "SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text"
    " FROM pg_current_snapshot() AS s"
)
_POINT = """SELECT p::text, pg_walfile_name(p), clock_timestamp()
            FROM pg_create_restore_point(%s) AS p"""
_ALLOWED = """SELECT NOT pg_is_in_recovery()
              AND has_function_privilege('pg_create_restore_point(text)', 'EXECUTE')
              AND has_function_privilege('pg_switch_wal()', 'EXECUTE')"""
_STEP = 0.01  # seconds between two tries
_DIGESTED = 64 * 1024 * 1024  # bytes of a table, at most


@dataclass(frozen=True, slots=True)
class Mark:
    """A restore point of the source and its rows there.

    `exact`: they are those of the point itself; else of a moment shortly before it.
    """

    name: str
    at: datetime
    segment: str  # the WAL file that it is in
    counts: Counts
    exact: bool


def may_mark(source: psycopg.Connection) -> bool:
    """A superuser may, and whoever was granted both functions; on a primary alone."""
    return source.execute(_ALLOWED).fetchone() == (True,)


def mark(
    connect: Callable[[], psycopg.Connection],
    tables: Sequence[Table],
    *,
    tries_for: float = 5.0,
    within: float = 600.0,
) -> Mark:
    """Name a point, count what is in it, and send the WAL up to it on its way.

    `connect` gives connections in autocommit to the source, by a role that may mark. It tries
    for `tries_for` seconds to meet no transaction in flight. Raises psycopg.Error.
    """
    name = f"ironclad-validation-{secrets.token_hex(8)}"
    with connect() as counting, connect() as other:
        prepare(counting, within=within)
        end = time.monotonic() + tries_for
        tried = 0
        while True:
            tried += 1
            counting.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            before = counting.execute(_FLIGHT).fetchone()
            point = other.execute(_POINT, [f"{name}-{tried}"]).fetchone()
            after = other.execute(_FLIGHT).fetchone()
            exact = before == after and before is not None and before[0] == before[1]
            if exact or time.monotonic() > end:
                break
            counting.execute("ROLLBACK")
            time.sleep(_STEP)
        if point is None:  # pragma: no cover - one row always
            message = "the source named no point"
            raise RecoveryFailed(message)
        other.execute("SELECT pg_switch_wal()")
        counts = count(counting, tables, digest_up_to=_DIGESTED)
        counting.execute("ROLLBACK")
    _, segment, at = point
    return Mark(f"{name}-{tried}", at, segment, counts, exact)

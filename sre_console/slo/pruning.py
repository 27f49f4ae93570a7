"""Keeping the tables bounded: the timeline is thinned with age, everything is pruned."""

from __future__ import annotations

from django.db import connection

from sre_console.slo import lookup

FINE = 6 * 3600  # wall seconds that keep a row for every second
MARGIN = 3600  # wall seconds kept beyond the longest window
# A sample may be sent again for ten minutes: until then its row must refuse a second copy.
SAMPLES = 3600
REPLICAS = 3600
PAST = 30 * 86_400  # wall seconds that ended breaches and tallies are kept
YEAR = 400 * 86_400  # what reports over a year look at
MOST = 20_000  # rows of a table in one go: bounds the transaction

# By place, not by key: without statistics (a table just filled) a join may be planned that looks
# at each row for each row.
_THIN = """
DELETE FROM sli_timeline WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM sli_timeline WHERE second >= %s AND second < %s
    AND extract(epoch FROM second)::bigint %% %s <> 0 LIMIT %s))
"""
# The newest row before the longest window stays: it is where that window starts.
_COARSEN = """
DELETE FROM sli_timeline WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM sli_timeline WHERE second >= %s AND second < (
        SELECT max(second) FROM sli_timeline WHERE second <= %s)
    AND extract(epoch FROM second)::bigint %% %s <> 0 LIMIT %s))
"""
_OLD = """
DELETE FROM {table} WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM {table} WHERE {old} LIMIT %s))
"""
_TABLES = (
    ("sli_timeline", "second < %s", YEAR),
    ("sli_sample", "folded AND second < %s", SAMPLES),
    ("replica", "seen_at < %s", REPLICAS),
    ("burn_breach", "ended_at < %s", PAST),  # until a later version drops it
    ("alert_period", "ended_at < %s", YEAR),
    ("notification", "created_at < %s AND state <> 'pending'", YEAR),
    ("received_alert", "received_at < %s", PAST),
    ("silence", "ends_at < %s", YEAR),
    ("fault_tally", "updated_at < %s", PAST),
    ("pattern_period", "ended_at < %s", YEAR),
    ("breaker_transition", "at < %s", PAST),
    ("breaker_order", "ordered_at < %s", PAST),
    ("rate_count", "expires_at < %s", 0),
)


def grid(scale: float) -> int:
    """Seconds between rows older than FINE: a minute of production time."""
    return max(1, round(60 / scale))


def coarse(scale: float) -> int:
    """Seconds between rows that no window reaches any more: an hour of production time.

    SLA reports of a year are made of them. In a rehearsal ten minutes, or a year were too many.
    """
    return max(600, round(3600 / scale))


def prune(now: float, *, scale: float, period: float, thin_from: float = 0) -> int:
    """Delete what nothing looks at any more; rows deleted.

    `now` is epoch seconds, `period` the longest window in production seconds. Thinning looks
    only at rows from `thin_from` on: what is older was thinned before.
    """
    deleted: int = 0
    fine_from, step = now - FINE, grid(scale)
    kept_from = now - period / scale - MARGIN
    with connection.cursor() as cursor:
        if step > 1:
            ends = [lookup.moment(max(thin_from, kept_from)), lookup.moment(fine_from)]
            cursor.execute(_THIN, [*ends, step, MOST])
            deleted += cursor.rowcount
        # as far before the longest window as what was thinned is before now
        coarse_from = max(0, kept_from - (fine_from - thin_from)) if thin_from else 0
        moments = [lookup.moment(coarse_from), lookup.moment(kept_from)]
        cursor.execute(_COARSEN, [*moments, coarse(scale), MOST])
        deleted += cursor.rowcount
        for table, old, age in _TABLES:
            cursor.execute(
                _OLD.format(table=table, old=old), [lookup.moment(now - age), MOST]
            )
            deleted += cursor.rowcount
    return deleted

"""The timeline: one row a second, cumulative; built by folding samples into it.

Only the evaluator that holds the lease writes here, inside its transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sre_console.models import SliTimeline
from sre_console.slo import lookup
from sre_console.slo.counters import Counters, bad_read
from sre_console.slo.histogram import BUCKETS

FOLD_MOST = 2000  # samples in one go: bounds a transaction after a long absence

_TAKE = """
UPDATE sli_sample SET folded = true
WHERE (replica, second) IN (
    SELECT replica, second FROM sli_sample WHERE NOT folded ORDER BY second LIMIT %s)
RETURNING second, total, failed, exercise, bad, histogram, work
"""
_STANDING = """
SELECT second, seeded - coalesce((
    SELECT before.seeded FROM sli_timeline before WHERE before.second < t.second
    ORDER BY before.second DESC LIMIT 1), seeded)
FROM sli_timeline t WHERE second = ANY(%s)
"""
_SHIFT_ONE = (
    "(%s::timestamptz, %s::timestamptz, %s::bigint, %s::bigint, %s::bigint, "
    "%s::bigint, %s::bigint, %s::jsonb, %s::bigint[], %s::jsonb)"
)
_SHIFT = """
UPDATE sli_timeline t SET
    total = t.total + d.total, failed = t.failed + d.failed,
    exercise = t.exercise + d.exercise, seeded = t.seeded + d.seeded,
    covered = t.covered + d.covered,
    bad = CASE WHEN d.bad = '{{}}' THEN t.bad ELSE (
        SELECT jsonb_object_agg(slo, jsonb_build_array(
            coalesce((t.bad->slo->>0)::bigint, 0) + coalesce((d.bad->slo->>0)::bigint, 0),
            coalesce((t.bad->slo->>1)::bigint, 0) + coalesce((d.bad->slo->>1)::bigint, 0)))
        FROM (SELECT jsonb_object_keys(t.bad) UNION SELECT jsonb_object_keys(d.bad))
            AS both_of(slo)) END,
    histogram = CASE WHEN d.histogram = '{{}}' THEN t.histogram ELSE (
        SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n)
        FROM unnest(t.histogram, d.histogram) WITH ORDINALITY AS u(a, b, n)) END,
    work = CASE WHEN d.work = '{{}}' THEN t.work ELSE (
        SELECT jsonb_object_agg(kind, coalesce((t.work->>kind)::bigint, 0)
            + coalesce((d.work->>kind)::bigint, 0))
        FROM (SELECT jsonb_object_keys(t.work) UNION SELECT jsonb_object_keys(d.work))
            AS both_of(kind)) END
FROM (VALUES {rows})
    AS d(low, high, total, failed, exercise, seeded, covered, bad, histogram, work)
WHERE t.second >= d.low AND t.second < d.high
"""
_END_OF_TIME = 253_402_214_400  # year 9999


@dataclass(frozen=True, slots=True)
class Folded:
    samples: int
    newest: int | None  # the last epoch second of the timeline; None: empty
    late: int  # seconds that came after their successors
    oldest: int | None = None  # the first second of those that arrived


def fold(limit: int = FOLD_MOST) -> Folded:
    """Add the samples that are not in the timeline yet; each exactly once.

    New seconds are appended. Late ones move the tail of the timeline in one UPDATE.
    """
    arrived = _take(limit)
    last = lookup.newest(whole=True)
    if not arrived:
        return Folded(0, last.second if last else None, 0)
    if last is None:
        # the origin that every difference is counted from
        last = lookup.Row(min(arrived) - 1, Counters(histogram=[0] * BUCKETS))
        _append([last])
    late = {second: arrived[second] for second in arrived if second <= last.second}
    if late:
        _fold_late(late)
    new = {second: arrived[second] for second in arrived if second > last.second}
    if new and late:  # which have moved it
        last = lookup.newest(whole=True)
        assert last is not None  # noqa: S101 - it was there
    if new:
        _append(_running(last.counters, new))
    return Folded(
        sum(count.covered for count in arrived.values()),
        max(last.second, *arrived),
        len(late),
        min(arrived),
    )


def shift(tails: list[tuple[int, int, Counters]]) -> None:
    """Add counters to all rows of each range [low, high), in one UPDATE."""
    values: list[Any] = []
    for low, high, by in tails:
        values += [
            lookup.moment(low), lookup.moment(high), by.total, by.failed, by.exercise,
            by.seeded, by.covered, json.dumps(by.bad), by.histogram,
            json.dumps(by.work),
        ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SHIFT.format(rows=", ".join([_SHIFT_ONE] * len(tails))), values)


def tails(deltas: dict[int, Counters]) -> list[tuple[int, int, Counters]]:
    """What each second adds, as the ranges of rows that the running sums apply to."""
    seconds = sorted(deltas)
    running = Counters()
    ranges = []
    for low, high in zip(seconds, [*seconds[1:], _END_OF_TIME], strict=True):
        running.add(deltas[low])
        ranges.append((low, high, running.copy()))
    return ranges


def _take(limit: int) -> dict[int, Counters]:
    """Mark samples as folded and return their sums by second, over all replicas.

    `covered` counts samples here, for the log; it becomes 1 a second where it is stored.
    """
    arrived: dict[int, Counters] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [limit])
        for second, total, failed, exercise, bad, histogram, work in cursor.fetchall():
            one = Counters(
                total, failed, exercise, 0, 1, bad_read(lookup.read(bad)),
                list(histogram), lookup.read(work),
            )  # fmt: skip
            epoch = int(second.timestamp())
            arrived.setdefault(epoch, Counters()).add(one)
    return arrived


def _running(standing: Counters, new: dict[int, Counters]) -> list[lookup.Row]:
    rows = []
    running = standing.copy()
    for second in sorted(new):
        count = new[second].copy()
        count.covered = 1
        running.add(count)
        rows.append(lookup.Row(second, running.copy()))
    return rows


def _fold_late(late: dict[int, Counters]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [[lookup.moment(second) for second in late]])
        standing = {int(at.timestamp()): seeded for at, seeded in cursor.fetchall()}
    missing = sorted(second for second in late if second not in standing)
    _insert_between(missing)
    deltas = {}
    for second, counts in late.items():
        delta = counts.copy()
        # What is measured takes the place of what was made up for the same second.
        made_up = standing.get(second, 0)
        delta.total -= made_up
        delta.seeded -= made_up
        delta.covered = 1 if second in missing else 0
        deltas[second] = delta
    shift(tails(deltas))


def _insert_between(seconds: Iterable[int]) -> None:
    """Rows for seconds that nobody had reported yet, at the level before them."""
    seconds = list(seconds)
    if not seconds:
        return
    levels = lookup.at([second - 1 for second in seconds], whole=True)
    rows = [lookup.Row(second, levels[second - 1].counters) for second in seconds]
    before = seconds[0] - 1
    if levels[before].second > before:  # earlier than all history: a new origin
        rows.insert(0, lookup.Row(before, levels[before].counters))
    _append(rows)


def _append(rows: Iterable[lookup.Row]) -> None:
    SliTimeline.objects.bulk_create([_stored(row) for row in rows])


def _stored(row: lookup.Row) -> SliTimeline:
    counts = row.counters
    at: datetime = lookup.moment(row.second)
    return SliTimeline(
        second=at, total=counts.total, failed=counts.failed,
        exercise=counts.exercise, seeded=counts.seeded, covered=counts.covered,
        bad=counts.bad, histogram=counts.histogram or [0] * BUCKETS, work=counts.work,
    )  # fmt: skip

"""Writing a replica's samples, tallies and heartbeat; safe to repeat as often as needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from sre_console.chaos.spending import Spent
from sre_console.live.recorder import Sample, Tally
from sre_console.models import SliSample
from sre_console.resilience.channel import notify
from sre_console.resilience.state import State
from sre_console.resilience.transitions import Transition, transitions_store
from sre_console.slo import lookup

_BATCH = 200
_TALLY = """
INSERT INTO fault_tally (version, replica, requests, failed, errors, delays,
                         dependency_errors, updated_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp())
ON CONFLICT (version, replica) DO UPDATE SET
    requests = excluded.requests, failed = excluded.failed, errors = excluded.errors,
    delays = excluded.delays, dependency_errors = excluded.dependency_errors,
    updated_at = excluded.updated_at
"""
# The same rows: which of the two comes first does not matter.
_SPENT = """
INSERT INTO fault_tally (version, replica, requests, failed, errors, delays,
                         dependency_errors, allowance_key, bad, spent_out, updated_at)
VALUES (%s, %s, 0, 0, 0, 0, 0, %s, %s, %s, clock_timestamp())
ON CONFLICT (version, replica) DO UPDATE SET
    allowance_key = excluded.allowance_key, bad = excluded.bad,
    spent_out = excluded.spent_out, updated_at = excluded.updated_at
"""
# The listener writes the version too, in a connection of its own: the newer one stands.
_REPLICA = """
INSERT INTO replica (id, started_at, seen_at, plan_version, resilience)
VALUES (%s, %s, clock_timestamp(), %s, %s)
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at,
    plan_version = greatest(replica.plan_version, excluded.plan_version),
    resilience = excluded.resilience
"""


NOTHING_SPENT: Mapping[int, Spent] = {}


@dataclass(frozen=True, slots=True)
class Heartbeat:
    replica: UUID
    started: float  # epoch
    plan_version: int
    resilience: State = field(default_factory=dict)


def store(
    samples: list[Sample],
    tallies: dict[int, Tally],
    heartbeat: Heartbeat,
    transitions: Sequence[Transition] = (),
    spent: Mapping[int, Spent] = NOTHING_SPENT,
) -> None:
    """One transaction. An answer that was lost on the way costs only a repetition.

    A sample has its key (replica, second) and is never changed; tallies are cumulative.
    """
    with transaction.atomic():
        SliSample.objects.bulk_create(
            [_row(sample, heartbeat.replica) for sample in samples],
            ignore_conflicts=True,
            batch_size=_BATCH,
        )
        with connection.cursor() as cursor:
            for version, tally in tallies.items():
                counts = (
                    tally.requests, tally.failed, tally.errors, tally.delays,
                    tally.dependency_errors,
                )  # fmt: skip
                cursor.execute(_TALLY, [version, heartbeat.replica, *counts])
            for version, cost in spent.items():
                told = (cost.key, json.dumps(cost.bad), cost.spent_out)
                cursor.execute(_SPENT, [version, heartbeat.replica, *told])
        replica_seen(heartbeat)
        if transitions:
            transitions_store(transitions, heartbeat.replica)
            notify(connection)


def replica_seen(heartbeat: Heartbeat) -> None:
    started = lookup.moment(heartbeat.started)
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLICA,
            [
                heartbeat.replica,
                started,
                heartbeat.plan_version,
                json.dumps(heartbeat.resilience),
            ],
        )


def _row(sample: Sample, replica: UUID) -> SliSample:
    counts = sample.counts
    return SliSample(
        replica=replica, second=lookup.moment(sample.second), total=counts.total,
        failed=counts.failed, exercise=counts.exercise, bad=counts.bad,
        histogram=counts.histogram, work=counts.work,
    )  # fmt: skip

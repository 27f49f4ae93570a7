"""What goes on around the service: the signals that no window of events tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from ironclad.database.existing import exists
from sre_console.chaos.concealment import secrets
from sre_console.chaos.selectors import REPLICA_SILENT
from sre_console.incidents.recovery_signals import RECOVERY
from sre_console.models import FaultPeriod
from sre_console.recovery.standing import RecoveryStanding
from sre_console.slo import lookup

BREAKER = "database"
_UNJUDGED = """
SELECT (SELECT judged_at FROM evaluator_lease WHERE id = 1),
       (SELECT min(started_at) FROM replica
        WHERE seen_at > coalesce(%s::timestamptz, statement_timestamp()) - %s)
"""
_ALIVE = "SELECT resilience, started_at FROM replica WHERE seen_at > %s"
_IN_FORCE = "SELECT FROM fault_period WHERE ended_at IS NULL AND expires_at > %s"
_JUDGED = "SELECT judged_at FROM evaluator_lease WHERE id = 1"
_MOST = 500  # versions of the plan that are followed back


@dataclass(frozen=True, slots=True)
class Operations:
    """Wall seconds each; 0 while all is well."""

    database_away: float = 0.0  # that the outage lasted which has just ended
    breaker_open: float = 0.0  # of the database's breaker not closed for longest
    sample_lag: float = 0.0  # age of the oldest sample that has just arrived
    beat_age: float = 0.0  # since the judgement before, while a replica was there
    fault: float = 0.0  # since faults are in force without a pause
    running: float = 0.0  # since the replica that runs longest was started
    recovery: RecoveryStanding | None = None  # None: it can't be told

    def of(self, signal: str) -> float | None:
        if signal in RECOVERY:
            return (
                None if self.recovery is None else RECOVERY[signal].value(self.recovery)
            )
        return float(getattr(self, _FIELDS[signal]))


_FIELDS = {
    "databaseAwaySeconds": "database_away",
    "breakerOpenSeconds": "breaker_open",
    "sampleLagSeconds": "sample_lag",
    "beatAgeSeconds": "beat_age",
    "faultSeconds": "fault",
}
_BESIDE = {"running", "recovery"}
assert set(_FIELDS.values()) | _BESIDE == {each.name for each in fields(Operations)}  # noqa: S101 - a table that is whole


def judged_before() -> datetime | None:
    """The end of the second that was judged last, by whichever leader."""
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED)
        row = cursor.fetchone()
    return None if row is None else row[0]


def operations_read(
    now: datetime,
    *,
    judged: datetime | None,
    oldest: datetime | None,
    database_away: float = 0.0,
    recovery: RecoveryStanding | None = None,
) -> Operations:
    """At `now` (database time), of what every running replica has said.

    `judged` is the time of the judgement before, `oldest` the end of the oldest second that
    has just arrived; both None where there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALIVE, [now - REPLICA_SILENT])
        told = cursor.fetchall()
    states = [lookup.read(resilience) for resilience, _ in told]
    began = min((started for _, started in told), default=None)
    return Operations(
        database_away=database_away,
        breaker_open=max((_since(now, at) for at in _not_closed(states)), default=0.0),
        sample_lag=_since(now, oldest),
        # what the database was away explains
        beat_age=max(0.0, _since(now, _unjudged(judged, began)) - database_away),
        fault=_since(now, fault_began(now)),
        running=_since(now, began),
        recovery=recovery,
    )


def unjudged_since(now: datetime | None = None) -> datetime | None:
    """Since when nothing is judged, of what runs; None where nothing ever was."""
    with connection.cursor() as cursor:
        asked: list[Any] = [now, REPLICA_SILENT]
        cursor.execute(_UNJUDGED, asked)
        judged, began = cursor.fetchone()
    return _unjudged(judged, began)


def _unjudged(judged: datetime | None, began: datetime | None) -> datetime | None:
    # Nobody is absent while nothing runs: a laptop that was closed over night.
    return max(judged, began) if judged and began else None


def _not_closed(states: list[dict[str, list[dict[str, str]]]]) -> Iterator[datetime]:
    for state in states:
        for breaker in state.get("breakers", ()):
            # That of a webhook says nothing of the service.
            since = breaker.get("notClosedSince")
            if since and breaker.get("name") == BREAKER:
                yield datetime.fromisoformat(since)


def _since(now: datetime, at: datetime | None) -> float:
    return 0.0 if at is None else max(0.0, (now - at) / timedelta(seconds=1))


def fault_began(now: datetime) -> datetime | None:
    """When faults came into force that have been since, in one version or another.

    Of a secret nothing is told: no fault is left on, as far as anybody knows.
    """
    if not exists(_IN_FORCE, now):
        return None
    newest = FaultPeriod.objects.exclude(secrets(now)).order_by(F("began_at").desc())
    columns = newest.values_list("began_at", "ended_at", "expires_at", "end")
    began: datetime | None = None
    for begun, ended, expires, end in columns[:_MOST]:
        if began is None:
            if ended is not None or expires <= now:
                return None
        elif end != "changed" or ended != began:
            return began
        began = begun
    return began

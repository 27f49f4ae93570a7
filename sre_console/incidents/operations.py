"""What goes on around the service: the signals that no window of events tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import F, Min

from sre_console.chaos.concealment import secrets
from sre_console.chaos.selectors import REPLICA_SILENT
from sre_console.incidents.recovery_signals import RECOVERY
from sre_console.models import EvaluatorLease, FaultPeriod, Replica
from sre_console.recovery.standing import RecoveryStanding

BREAKER = "database"
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
    row = EvaluatorLease.objects.filter(id=1).values_list("judged_at", flat=True)
    return row.first()


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
    alive = Replica.objects.filter(seen_at__gt=now - REPLICA_SILENT)
    told = list(alive.values_list("resilience", "started_at"))
    states = [resilience for resilience, _ in told]
    return Operations(
        database_away=database_away,
        breaker_open=max((_since(now, at) for at in _not_closed(states)), default=0.0),
        sample_lag=_since(now, oldest),
        # what the database was away explains
        beat_age=max(0.0, _since(now, unjudged_since(now, judged)) - database_away),
        fault=_since(now, fault_began(now)),
        running=_since(now, min((began for _, began in told), default=None)),
        recovery=recovery,
    )


def unjudged_since(now: datetime, judged: datetime | None) -> datetime | None:
    """Since when nothing is judged, of what runs; None where nothing ever was."""
    alive = Replica.objects.filter(seen_at__gt=now - REPLICA_SILENT)
    began = alive.aggregate(at=Min("started_at"))["at"]
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

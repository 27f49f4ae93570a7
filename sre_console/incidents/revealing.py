"""What a concealed fault was, written down once it is over: in the audit log and on incidents.

While it was a secret its incidents could not say that it was an exercise.
"""

from __future__ import annotations

from datetime import timedelta

from ironclad.database.existing import exists
from sre_console.audit.actor import SYSTEM
from sre_console.audit.services import audited, record
from sre_console.chaos.concealment import period_faults
from sre_console.chaos.selectors import band_json, periods
from sre_console.incidents.figures import span_of
from sre_console.incidents.judging import MOSTLY
from sre_console.incidents.series import MARKS
from sre_console.models import FaultPeriod, Incident, IncidentFigures
from sre_console.slo.spans import span_counts

_OVER = "SELECT FROM fault_period WHERE concealed AND ended_at IS NOT NULL"
_LATE = timedelta(seconds=10)  # that an alert may still come after the fault


def secrets_reveal() -> int:
    """Tell of each secret that is over; how many there were. Cheap where there is none."""
    if not exists(_OVER):
        return 0
    over = FaultPeriod.objects.filter(concealed=True).exclude(ended_at=None)
    with audited():
        rows = list(over.select_for_update().order_by("version"))
        for period in rows:
            _reveal(period)
    return len(rows)


def _reveal(period: FaultPeriod) -> None:
    assert period.ended_at is not None  # noqa: S101 - they are over
    period.concealed = False
    period.save(update_fields=["concealed"])
    during = Incident.objects.filter(
        opened_at__gte=period.began_at,
        opened_at__lte=period.ended_at + _LATE,
        fault_version=None,
    )
    touched = list(during) if _caused(period) else []
    for incident in touched:
        incident.exercise, incident.fault_version = True, period.version
        incident.version += 1
        incident.save(update_fields=["exercise", "fault_version", "version"])
    for kept in IncidentFigures.objects.filter(
        incident__opened_at__lte=period.ended_at, taken_at__gte=period.began_at
    ):
        _draw(kept)
    record(
        actor=SYSTEM,
        action="fault_plan.revealed",
        subject=f"fault plan {period.version}",
        reason=period.reason,
        detail={
            **period_faults(period),
            "incidents": [incident.pk for incident in touched],
        },
    )


def _caused(period: FaultPeriod) -> bool:
    """Whether most of what went wrong meanwhile was injected, for any SLO."""
    assert period.ended_at is not None  # noqa: S101 - as above
    counts, _source = span_counts(
        period.began_at, period.ended_at + timedelta(seconds=1), stored=True
    )
    return any(bad and drilled / bad >= MOSTLY for bad, drilled in counts.bad.values())


def _draw(kept: IncidentFigures) -> None:
    """The band that the charts kept so far did not have."""
    incident = kept.incident
    since, until = span_of(incident, incident.resolved_at or kept.taken_at)
    kept.series["bands"] = [band_json(band) for band in periods(since, until, MARKS)]
    kept.save(update_fields=["series"])

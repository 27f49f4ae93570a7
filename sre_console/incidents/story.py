"""What happened, in order: an incident's own lines, and the faults that were in force meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import Band, periods
from sre_console.models import Incident

_FAULTS = 100  # of an incident


@dataclass(frozen=True, slots=True)
class Moment:
    """One line; `kind` is an event's (IncidentEvent), or fault_began or fault_ended."""

    at: datetime
    kind: str
    actor: str
    text: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


def story(incident: Incident) -> list[Moment]:
    """The first to happen first."""
    events = [
        Moment(each.at, each.kind, each.actor, each.text, each.detail)
        for each in incident.events.all()
    ]
    until = incident.resolved_at or database_now()
    faults = periods(incident.began_at, until)[:_FAULTS]
    moments = [moment for band in faults for moment in _fault(band, until)]
    # What a fault did comes after it, of the same second.
    return sorted([*moments, *events], key=lambda moment: moment.at)


def _fault(band: Band, until: datetime) -> Iterator[Moment]:
    detail = {"version": band.version, "fault": fault_words(band)}
    yield Moment(band.began, "fault_began", band.started_by, band.reason, detail)
    # A change is told by what begins next.
    if band.ended is not None and band.ended <= until and band.end != "changed":
        detail = {**detail, "end": band.end}
        yield Moment(band.ended, "fault_ended", "", "", detail)


def fault_words(band: Band) -> str:
    """What is injected: "7 % errors and 400 ms of latency"."""
    parts = [
        (band.error_rate, f"{band.error_rate * 100:.3g} % errors"),
        (band.latency_ms, f"{band.latency_ms} ms of latency"),
        (
            band.dependency_error_rate,
            f"{band.dependency_error_rate * 100:.3g} % database errors",
        ),
        (
            band.dependency_latency_ms,
            f"{band.dependency_latency_ms} ms of database latency",
        ),
    ]
    return " and ".join(said for on, said in parts if on) or "a fault"

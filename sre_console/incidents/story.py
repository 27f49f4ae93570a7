"""What happened, in order: an incident's own lines, and the faults that were in force meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import Band, periods
from sre_console.models import Incident

MOST = 300  # lines that are told at once
_FAULTS = 100  # of an incident, the newest


@dataclass(frozen=True, slots=True)
class Moment:
    """One line; `kind` is an event's (IncidentEvent), or fault_began or fault_ended."""

    at: datetime
    kind: str
    actor: str
    text: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    moments: tuple[Moment, ...]  # the first to happen first; at most MOST
    left_out: int  # further ones


def story(incident: Incident) -> Story:
    """The newest of it: older ones may be left out."""
    every, count = _moments(incident, "-")
    shown = every[-MOST:]
    return Story(tuple(shown), count - len(shown))


def beginning(incident: Incident) -> Story:
    """The oldest of it: newer ones may be left out."""
    every, count = _moments(incident, "")
    shown = every[:MOST]
    return Story(tuple(shown), count - len(shown))


def _moments(incident: Incident, turn: Literal["", "-"]) -> tuple[list[Moment], int]:
    """MOST lines from one end and the faults, in order; and how many there are of all."""
    rows = list(incident.events.order_by(f"{turn}at", f"{turn}id")[:MOST])
    count = incident.events.count() if len(rows) == MOST else len(rows)
    events = [
        Moment(each.at, each.kind, each.actor, each.text, each.detail)
        for each in sorted(rows, key=lambda row: (row.at, row.pk))
    ]
    until = incident.resolved_at or database_now()
    bands = periods(incident.began_at, until, _FAULTS)
    faults = [moment for band in bands for moment in _fault(band, until)]
    # What a fault did comes after it, of the same second.
    both = sorted([*faults, *events], key=lambda moment: moment.at)
    return both, count + len(faults)


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

"""What an incident cost: events, minutes and error budget."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from ironclad.clock import clock
from sre_console.incidents.sla import SlaReport, sla_report
from sre_console.models import Incident
from sre_console.slo.objectives import objectives
from sre_console.slo.standings import standings


def impact_lines(incident: Incident, until: datetime) -> list[str]:
    """A line of Markdown for each SLO, from the beginning of the harm until `until`."""
    begin = incident.began_at.replace(microsecond=0)
    # to the second, and never waited for: an incident is being resolved
    return _lines(sla_report(begin, until + timedelta(seconds=1), stored=True))


def _lines(report: SlaReport) -> list[str]:
    scale = settings.CLOCK_SCALE
    now = standings(objectives(), now=clock.epoch(), scale=scale)
    lines = []
    for kept in report.slos:
        every, objective = kept.every, kept.objective
        if every.total <= 0:
            continue
        ratio = every.bad / every.total
        minutes = ratio * report.seconds * scale / 60
        whole = now.of(objective.name).all_events.total
        share = (
            f", {every.bad / whole * 100:.2f} % of its error budget" if whole else ""
        )
        lines.append(
            f"* {objective.name}: {every.bad:,} of {every.total:,} requests were bad "
            f"({ratio * 100:.2f} %){share}, as much as {minutes:.1f} min of SLO time with every request bad."
        )
    return lines or ["No request was measured in that time."]

"""Every rule and its state now, as the API and the console tell them."""

from __future__ import annotations

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.envelope import timestamp
from sre_console.incidents import wording
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.notifications import runbook_url
from sre_console.incidents.operations import judged_before, operations_read
from sre_console.incidents.readings import Reading, Readings
from sre_console.incidents.rules import AlertRule, Burn
from sre_console.incidents.silences import Silences, silences_read
from sre_console.models import AlertState
from sre_console.slo import lookup
from sre_console.slo.objectives import objectives
from sre_console.slo.standings import standings

Json = dict[str, object]


def readings_now(*, by: Clock = clock) -> Readings:
    """What every rule measures at this moment, for looking at; nothing is judged."""
    now = by.epoch()
    scale = settings.CLOCK_SCALE
    found = standings(objectives(), now=now, scale=scale, whole=True)
    around = operations_read(lookup.moment(now), judged=judged_before(), oldest=None)
    return Readings(found, around, catalogue(), scale)


def alerts_report(*, by: Clock = clock) -> list[Json]:
    """All rules with their states, those that fire first, the gravest of them first."""
    readings = readings_now(by=by)
    rows = {(row.name, row.slo): row for row in AlertState.objects.all()}
    silences = silences_read(by.now())
    return [
        _alert(rule, rows.get(rule.key), readings.of(rule), silences, readings.scale)
        for rule in readings.catalogue.rules
    ]


def _alert(
    rule: AlertRule,
    row: AlertState | None,
    reading: Reading,
    silences: Silences,
    scale: float,
) -> Json:
    condition = rule.condition
    row = row or AlertState(state="inactive")
    return {
        "name": rule.name,
        "slo": rule.slo,
        "severity": rule.severity,
        "service": rule.service,
        "state": row.state,
        "value": reading.value,
        "threshold": condition.threshold,
        "comparison": "above" if isinstance(condition, Burn) else condition.comparison,
        "unit": condition.unit,
        "since": row.since and timestamp(row.since),
        "firedAt": row.fired_at and timestamp(row.fired_at),
        "resolvedAt": row.resolved_at and timestamp(row.resolved_at),
        "silenced": silences.match(rule),
        "opensIncident": rule.opens_incident,
        "summary": wording.summary(rule, reading.value),
        "description": wording.description(rule, reading.value),
        "window": condition.window,
        "shortWindow": condition.short if isinstance(condition, Burn) else None,
        "shortValue": reading.short,
        # wall seconds
        "forSeconds": rule.hold.total_seconds() / scale,
        "measuredOn": None
        if reading.events is None
        else {
            "events": reading.events,
            "coveredSeconds": reading.covered,
            "windowSeconds": reading.window,
            "enough": reading.enough,
        },
        "runbookUrl": runbook_url(rule.runbook),
    }

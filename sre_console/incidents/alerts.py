"""Every rule and its state now, as the API and the console tell them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.envelope import timestamp
from sre_console.incidents import absence, wording
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.notifications import runbook_url
from sre_console.incidents.operations import (
    judged_before,
    operations_read,
    unjudged_since,
)
from sre_console.incidents.readings import Reading, Readings
from sre_console.incidents.rules import AlertRule, Burn
from sre_console.incidents.silences import Silences, silences_read
from sre_console.models import AlertState
from sre_console.recovery.standing import RecoveryStanding
from sre_console.recovery.watching import Refused, standing_tried
from sre_console.slo import lookup
from sre_console.slo.objectives import objectives
from sre_console.slo.standings import standings

Json = dict[str, object]


def readings_now(*, by: Clock = clock) -> Readings:
    """What every rule measures at this moment, for looking at; nothing is judged."""
    now = by.epoch()
    scale = settings.CLOCK_SCALE
    found = standings(objectives(), now=now, scale=scale, whole=True)
    moment = lookup.moment(now)
    around = operations_read(
        moment, judged=judged_before(), oldest=None, recovery=_recovery(moment)
    )
    return Readings(found, around, catalogue(), scale)


def _recovery(now: datetime) -> RecoveryStanding | None:
    try:
        return standing_tried(now)
    except Refused:
        return None


def alerts_report(*, by: Clock = clock) -> list[Json]:
    """All rules with their states, those that fire first, the gravest of them first."""
    readings = readings_now(by=by)
    rows = states_now(by.now())
    silences = silences_read(by.now())
    return [
        _alert(rule, rows.get(rule.key), readings.of(rule), silences, readings.scale)
        for rule in readings.catalogue.rules
    ]


def states_now(now: datetime) -> dict[tuple[str, str], AlertState]:
    """By rule, as they were judged last; and what nobody is there to judge, as of now."""
    rows = {(row.name, row.slo): row for row in AlertState.objects.all()}
    for each in unjudged(now):
        row = rows.setdefault(each.rule.key, AlertState(state="inactive"))
        if row.state != "firing":
            row.state = each.alert.state
            row.since = lookup.moment(each.alert.since or 0)
            if each.alert.fired_at is not None:
                row.fired_at = lookup.moment(each.alert.fired_at)
    return rows


def unjudged(now: datetime, *, there: datetime | None = None) -> list[absence.Told]:
    """The alerts that tell that nobody judges, while nobody does.

    `there` is since when the database is; before that nobody could, which is another alert.
    """
    last = unjudged_since(now)
    last = max(last, there) if last and there else last
    since = {absence.EVALUATOR: None if last is None else last.timestamp()}
    return absence.told(
        catalogue(), since, now=now.timestamp(), scale=settings.CLOCK_SCALE
    )


def _alert(
    rule: AlertRule,
    row: AlertState | None,
    reading: Reading,
    silences: Silences,
    scale: float,
) -> Json:
    condition = rule.condition
    row = row or AlertState(state="inactive")
    quiet = row.state == "inactive"
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
        # of an alert that is quiet they would not be true
        "summary": "" if quiet else wording.summary(rule, reading.value),
        "description": "" if quiet else wording.description(rule, reading.value),
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

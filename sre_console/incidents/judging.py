"""Each beat: every rule is judged, what turned is stored, and incidents follow.

Run by the leader, in its transaction: a turn and what becomes of it are written together, once.
Only the newest second is judged: samples that came late raise no alert in the past.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from ironclad.database.existing import exists
from sre_console.audit.services import audited
from sre_console.chaos.concealment import secret
from sre_console.incidents import absence, pager, wording
from sre_console.incidents.alerting import Alert, Turn, judge
from sre_console.incidents.joining import (
    Patience,
    incident_alert_cleared,
    incident_join,
    incidents_due,
    incidents_settle,
)
from sre_console.incidents.news import AlertNews, Source, fingerprint
from sre_console.incidents.notifications import notice_write
from sre_console.incidents.readings import Reading, Readings
from sre_console.incidents.received import received_heard, received_tell
from sre_console.incidents.rules import AlertRule, Limit
from sre_console.incidents.severity import SEVERITIES
from sre_console.incidents.silences import Silences, silences_read
from sre_console.models import AlertPeriod, AlertState, FaultPeriod
from sre_console.slo import lookup

# Something silenced that may be heard again, or an incident that has stayed quiet.
_WAITS = """
SELECT FROM alert_period WHERE ended_at IS NULL AND silenced
UNION ALL SELECT FROM received_alert WHERE status = 'firing' AND silenced IS NOT NULL
UNION ALL SELECT FROM incident WHERE state <> 'resolved' AND quiet_at <= %s
"""


@dataclass(frozen=True, slots=True)
class _Turned:
    rule: AlertRule
    turn: Turn
    reading: Reading
    row: AlertState


def alerts_judge(readings: Readings, *, before: datetime | None) -> int:
    """Judge every rule for the second that the readings end with; how many alerts turned.

    `before` is the time of the judgement before.
    """
    at = readings.found.end + 1
    moment = lookup.moment(at)
    rows = {(row.name, row.slo): row for row in AlertState.objects.all()}
    turned: list[_Turned] = []
    for rule in readings.catalogue.rules:
        row = rows.pop(rule.key, None)
        stood = _QUIET if row is None else _alert(row)
        reading = readings.of(rule)
        alert, turn = judge(
            stood,
            exceeded=reading.exceeded,
            at=at,
            before=None if before is None else before.timestamp(),
            hold=rule.hold.total_seconds() / readings.scale,
            keep=rule.keep.total_seconds() / readings.scale,
        )
        if alert == stood and not turn:
            continue
        row = row or AlertState(name=rule.name, slo=rule.slo or "", state="inactive")
        if alert != stood:
            _store(row, alert, reading)
        if turn:
            turned.append(_Turned(rule, turn, reading, row))
    _forget(rows.values(), moment)
    _follow(turned, readings, moment)
    return len(turned)


_QUIET = Alert("inactive")


def patience_of(readings: Readings) -> Patience:
    catalogue, scale = readings.catalogue, readings.scale
    return Patience(
        quiet=catalogue.quiet.total_seconds() / scale,
        reopen=catalogue.reopen.total_seconds() / scale,
    )


def _alert(row: AlertState) -> Alert:
    moments = (row.since, row.pending_at, row.fired_at, row.clear_at, row.resolved_at)
    return Alert(row.state, *(at and at.timestamp() for at in moments))  # type: ignore[arg-type]


def _store(row: AlertState, alert: Alert, reading: Reading) -> None:
    row.state, row.value = alert.state, reading.value
    for name in ("since", "pending_at", "fired_at", "clear_at", "resolved_at"):
        at = getattr(alert, name)
        setattr(row, name, None if at is None else lookup.moment(at))
    row.save()


def _forget(rows: Iterable[AlertState], at: datetime) -> None:
    """Alerts whose rule or SLO is no longer there end."""
    for row in rows:
        if row.state == "firing":
            with audited():
                _ended(row.name, row.slo, at)
        row.delete()


def _follow(turned: list[_Turned], readings: Readings, at: datetime) -> None:
    """Periods, incidents and notices of what has turned, or is silenced no more."""
    patience = patience_of(readings)
    until = at - timedelta(seconds=patience.quiet)
    if not (turned or pager.stands_in() or exists(_WAITS, until)):
        return
    silences = silences_read(at)
    fired = [each for each in turned if each.turn == "fired"]
    fired.sort(key=lambda each: SEVERITIES.index(each.rule.severity))
    resolved = [each for each in turned if each.turn == "resolved"]
    heard = _heard_again(readings, silences, but={each.rule.key for each in resolved})
    heard += _taken_over(readings, silences, but={each.rule.key for each in resolved})
    received = received_heard(silences)
    if not (fired or resolved or heard or received or incidents_due(at, patience)):
        return
    with audited():
        for each in resolved:
            _ended(each.rule.name, each.rule.slo or "", at)
        for each in fired:
            silent = silences.match(each.rule)
            _began(each, at, readings.scale, silenced=silent)
            if not silent:
                _tell(each, at, patience)
        for each in heard:
            _tell(each, at, patience)
        for row in received:
            received_tell(row, at, patience)
        incidents_settle(at, patience)


def _heard_again(
    readings: Readings, silences: Silences, *, but: Collection[tuple[str, str]]
) -> list[_Turned]:
    """Alerts that fire, and whose silence has ended meanwhile; not those that end now."""
    again = []
    for period in AlertPeriod.objects.filter(ended_at=None, silenced=True):
        rule = readings.catalogue.rule(period.name, period.slo or None)
        if rule is None or rule.key in but or silences.match(rule):
            continue
        row = AlertState.objects.get(name=period.name, slo=period.slo)
        again.append(_Turned(rule, "fired", readings.of(rule), row))
        # It ends as what it is told as now.
        period.silenced, period.severity = False, rule.severity
        period.save(update_fields=["silenced", "severity"])
    return again


def _taken_over(
    readings: Readings, silences: Silences, *, but: Collection[tuple[str, str]]
) -> list[_Turned]:
    """Alerts that fire while Prometheus is away, and that nobody has told or goes on telling."""
    if not pager.stands_in():
        return []
    taken = []
    for period in AlertPeriod.objects.filter(ended_at=None, silenced=False):
        rule = readings.catalogue.rule(period.name, period.slo or None)
        if rule is None or not rule.opens_incident or rule.key in but:
            continue
        if silences.match(rule) or not pager.untold(period):
            continue
        row = AlertState.objects.get(name=period.name, slo=period.slo)
        taken.append(_Turned(rule, "fired", readings.of(rule), row))
    return taken


def _began(each: _Turned, at: datetime, scale: float, *, silenced: bool) -> None:
    rule = each.rule
    began, fired = each.row.pending_at or at, at
    if isinstance(rule.condition, Limit) and rule.condition.signal in absence.SIGNALS:
        # It could not be judged while it lasted, but for how long it has is known.
        began = at - timedelta(seconds=each.reading.value or 0)
        fires = absence.fires_at(rule, rule.condition, began.timestamp(), scale=scale)
        fired = min(at, lookup.moment(fires))
    AlertPeriod.objects.create(
        name=rule.name,
        slo=rule.slo or "",
        severity=rule.severity,
        window=rule.condition.window or "",
        threshold=rule.condition.threshold,
        value=each.reading.value,
        began_at=began,
        fired_at=fired,
        silenced=silenced,
    )


def _ended(name: str, slo: str, at: datetime) -> None:
    for period in AlertPeriod.objects.filter(name=name, slo=slo, ended_at=None):
        period.ended_at = max(at, period.fired_at)
        period.save(update_fields=["ended_at"])
        # As it was when it fired: its rule may say something else by now. What Alertmanager
        # told, where that is the pager, is over by its word alone.
        told_as = fingerprint(name, slo, period.severity)
        source: Source | None = "ironclad" if settings.PROMETHEUS_URL else None
        incident_alert_cleared(told_as, at, source=source)


def _tell(each: _Turned, at: datetime, patience: Patience) -> None:
    if not pager.pages():
        return  # Alertmanager tells of it; here it is shown alone
    news = _news(each, at)
    if each.rule.opens_incident:
        incident_join(news, patience)
    else:
        notice_write(news)


def _news(each: _Turned, at: datetime) -> AlertNews:
    rule, reading = each.rule, each.reading
    began = each.row.pending_at or at
    began = min(began, at - timedelta(seconds=reading.ago))
    fault = cause(reading, began, at)
    return AlertNews(
        name=rule.name,
        slo=rule.slo or "",
        severity=rule.severity,
        service=rule.service,
        source="ironclad",
        summary=wording.summary(rule, reading.value),
        description=wording.description(rule, reading.value),
        at=at,
        began=began if fault is None else min(at, fault.began_at),
        runbook=rule.runbook,
        value=reading.value,
        fault_version=None if fault is None else fault.version,
    )


MOSTLY = 0.5  # of the bad events: then the fault is the cause


def cause(reading: Reading, began: datetime, at: datetime) -> FaultPeriod | None:
    """The injected fault that most of the bad events come from; the newest, of several.

    None while that is secret: `secrets_reveal` says it afterwards.
    """
    if reading.exercise is None or reading.exercise < MOSTLY:
        return None
    since = min(began, at - timedelta(seconds=reading.window or 0))
    touching = FaultPeriod.objects.filter(began_at__lte=at).exclude(ended_at__lt=since)
    newest = touching.order_by("-began_at").first()
    return None if newest is None or secret(newest, at) else newest

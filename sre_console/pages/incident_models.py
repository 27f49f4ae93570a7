"""What the pages of alerts and incidents are given: plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sre_console.incidents import lifecycle, wording
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.checklist import Sheet, checklist
from sre_console.incidents.lifecycle import Action
from sre_console.incidents.payload import web_link
from sre_console.incidents.readings import Reading
from sre_console.incidents.rules import AlertRule, Burn
from sre_console.incidents.selectors import incident_told
from sre_console.incidents.silences import silence_list
from sre_console.incidents.story import Moment, story
from sre_console.models import Incident, IncidentAlert, Notification
from sre_console.pages import incident_words as words
from sre_console.pages.alert_table import AlertLine


@dataclass(frozen=True, slots=True)
class Mark:
    """A glyph and a word in a colour."""

    word: str
    look: str
    glyph: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    id: str
    name: str
    slo: str
    severity: Mark
    state: Mark
    firing: bool
    value: str
    threshold: str
    since: datetime | None
    why: str  # the formula with its numbers
    note: str
    runbook: str
    silenced: bool


@dataclass(frozen=True, slots=True)
class Named:
    """An alert's name, and where its row is (empty: nowhere here)."""

    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class IncidentRow:
    id: int
    title: str
    service: str
    severity: Mark
    state: Mark
    exercise: bool
    opened: datetime
    lasted: str
    alerts: tuple[Named, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    title: str
    text: str
    who: str
    look: str
    glyph: str


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    anchor: str  # of its row on the Alerts page; empty: it has none
    slo: str
    severity: Mark
    state: Mark
    summary: str
    description: str
    joined: datetime
    cleared: datetime | None
    times: int
    runbook: str
    link: str


@dataclass(frozen=True, slots=True)
class Told:
    number: int
    channel: str
    place: str
    kind: str
    state: Mark
    waits: bool  # it is on its way
    attempts: int
    problem: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    short: str
    term: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Act:
    """What may be done with it now; `clear`: what still fires is taken for over."""

    action: Action
    word: str
    clear: bool = False


@dataclass(frozen=True, slots=True)
class IncidentWhole:
    row: IncidentRow
    version: int
    facts: tuple[Fact, ...]
    members: tuple[Member, ...]
    lines: tuple[Line, ...]
    lines_left_out: int  # older ones
    told: tuple[Told, ...]
    told_left_out: int
    roles: tuple[tuple[str, str, str], ...]  # field, word, name
    actions: tuple[Act, ...]  # that its state allows
    firing: int
    over: bool
    checklist: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class SilenceRow:
    id: int
    about: str  # empty: everything
    active: bool
    maintenance: bool
    starts: datetime
    ends: datetime
    owner: str
    reason: str


def silence_rows(now: datetime) -> list[SilenceRow]:
    """Those in force or to come, the next to end first."""
    found = silence_list().filter(ends_at__gt=now).order_by("ends_at", "id")
    return [
        SilenceRow(
            id=row.pk,
            about=", ".join(part for part in (row.name, row.slo, row.service) if part),
            active=row.starts_at <= now,
            maintenance=row.maintenance,
            starts=row.starts_at,
            ends=row.ends_at,
            owner=row.created_by,
            reason=row.reason,
        )
        for row in found
    ]


def mark(word: str, kind: str) -> Mark:
    look, glyph = words.LOOKS[kind]
    return Mark(word, look, glyph)


def severity_mark(severity: str) -> Mark:
    return mark(words.severity_word(severity), severity)


def state_mark(state: str) -> Mark:
    return mark(words.state_word(state), state)


def told_mark(state: str) -> Mark:
    # an alert that is pending is a risk; a notification is only on its way
    return mark(words.told_word(state), "waiting" if state == "pending" else state)


def alert_row(line: AlertLine) -> AlertRow:
    rule, condition = line.rule, line.rule.condition
    return AlertRow(
        id=alert_anchor(*rule.key),
        name=rule.name,
        slo=rule.slo or "",
        severity=severity_mark(rule.severity),
        state=state_mark(line.row.state),
        firing=line.row.state == "firing",
        value=wording.measured(line.reading.value, condition.unit),
        threshold=wording.measured(condition.threshold, condition.unit),
        since=line.row.since,
        why=why(rule, line.reading),
        note=words.measured_on(line.reading),
        runbook=rule.runbook,
        silenced=line.silenced,
    )


def alert_anchor(name: str, slo: str) -> str:
    """Where on the Alerts page its row is; empty for one that no rule here is about."""
    if catalogue().rule(name, slo) is None:
        return ""
    return f"{name}-{slo}" if slo else name


_SIGNS = {"above": ">", "below": "<", "atMost": "≤"}


def why(rule: AlertRule, reading: Reading) -> str:
    """The condition with the numbers in it, as it stands now."""
    condition, unit = rule.condition, rule.condition.unit
    threshold = wording.measured(condition.threshold, unit)
    value = wording.measured(reading.value, unit)
    if isinstance(condition, Burn):
        short = wording.measured(reading.short, unit)
        return (
            f"{condition.long}: {value} > {threshold} and "
            f"{condition.short}: {short} > {threshold}"
        )
    over = f"{condition.window}: " if condition.window else ""
    hold = f" for {words.lasted(rule.hold.total_seconds())}" if rule.hold else ""
    return f"{over}{value} {_SIGNS[condition.comparison]} {threshold}{hold}"


def incident_row(row: Incident, now: datetime) -> IncidentRow:
    ended = row.resolved_at or now
    alerts: dict[str, str] = {}  # one of a name: its own page tells them apart
    for alert in row.alerts.all():
        alerts.setdefault(alert.name, alert.slo)
    return IncidentRow(
        id=row.pk,
        title=row.title,
        service=row.service,
        severity=severity_mark(row.severity),
        state=state_mark(row.state),
        exercise=row.exercise,
        opened=row.opened_at,
        lasted=words.lasted((ended - row.opened_at).total_seconds()),
        alerts=tuple(
            Named(name, alert_anchor(name, slo)) for name, slo in alerts.items()
        ),
        owner=row.owner,
    )


def incident_whole(row: Incident, now: datetime) -> IncidentWhole:
    members = list(row.alerts.all())
    firing = [alert.name for alert in members if alert.cleared_at is None]
    what, (told, told_of_all) = story(row), incident_told(row)
    return IncidentWhole(
        row=incident_row(row, now),
        version=row.version,
        facts=tuple(_facts(row)),
        members=tuple(_member(alert) for alert in members),
        lines=tuple(_line(moment) for moment in what.moments),
        lines_left_out=what.left_out,
        told=tuple(_told(each) for each in told),
        told_left_out=told_of_all - len(told),
        roles=tuple(
            (role, words.role_word(role), getattr(row, role))
            for role in ("owner", "commander", "scribe")
        ),
        actions=tuple(_actions(row, firing)),
        firing=len(firing),
        over=row.state == "resolved",
        checklist=tuple(checklist(row)),
    )


def _facts(row: Incident) -> Iterable[Fact]:
    lasted = lifecycle.durations(
        began=row.began_at,
        opened=row.opened_at,
        acknowledged=row.acknowledged_at,
        mitigated=row.mitigated_at,
        resolved=row.resolved_at,
    )
    yield Fact(
        "TTD", _("detect"), words.lasted(lasted.detect), _("harm began to opened")
    )
    yield Fact(
        "TTA",
        _("acknowledge"),
        words.lasted(lasted.acknowledge),
        _("opened to a person"),
    )
    yield Fact(
        "TTM",
        _("mitigate"),
        words.lasted(lasted.mitigate),
        _("harm began to harm ended"),
    )
    yield Fact(
        "TTR", _("resolve"), words.lasted(lasted.resolve), _("harm began to resolved")
    )


def _member(alert: IncidentAlert) -> Member:
    return Member(
        name=alert.name,
        anchor=alert_anchor(alert.name, alert.slo),
        slo=alert.slo,
        severity=severity_mark(alert.severity),
        state=state_mark("firing" if alert.cleared_at is None else "resolved"),
        summary=alert.summary,
        description=alert.description,
        joined=alert.joined_at,
        cleared=alert.cleared_at,
        times=alert.times,
        runbook=alert.runbook,
        link=web_link(alert.link),  # whoever wrote the row
    )


def _told(row: Notification) -> Told:
    return Told(
        number=row.pk,
        channel=words.channel_word(row.channel),
        place=row.place,
        kind=words.told_kind(row.kind),
        state=told_mark(row.state),
        waits=row.state == "pending",
        attempts=row.attempts,
        problem=row.problem,
        at=row.delivered_at or row.created_at,
    )


def _line(moment: Moment) -> Line:
    look, glyph = words.LOOKS[moment.kind]
    return Line(
        at=moment.at,
        title=words.event_title(moment.kind, moment.detail),
        text=moment.text,
        who=moment.actor,
        look=look,
        glyph=glyph,
    )


def _actions(row: Incident, firing: list[str]) -> Iterable[Act]:
    named: dict[Action, str] = {
        "acknowledge": _("Acknowledge"),
        "mitigate": _("Mitigated"),
        "resolve": _("Resolve"),
        "reopen": _("Reopen"),
    }
    for action, word in named.items():
        if lifecycle.refusal(action, row.state, firing) is None:  # type: ignore[arg-type]
            yield Act(action, word)
        elif action == "resolve" and lifecycle.refusal(action, row.state) is None:  # type: ignore[arg-type]
            yield Act(action, _("Resolve though alerts fire"), clear=True)

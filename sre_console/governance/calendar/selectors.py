"""What changed in a range: from each record in turn, a bounded number of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sre_console.chaos.concealment import secrets
from sre_console.chaos.rows import database_now, spec_of
from sre_console.gamedays.outcome.recorded import began_of
from sre_console.gamedays.telling.concealing import hidden
from sre_console.governance.calendar.event import Asked, Event, Kind
from sre_console.governance.injections.wording import fault_told, patterns_told
from sre_console.models import (
    AuditEntry,
    Deployment,
    FaultPeriod,
    GameDay,
    Incident,
    PatternPeriod,
    Silence,
)

MOST = 1000  # of a kind


@dataclass(frozen=True, slots=True)
class Changes:
    events: tuple[Event, ...]  # the first comes first
    cut: tuple[Kind, ...]  # of these there are more
    now: datetime


def changes(asked: Asked, *, now: datetime | None = None) -> Changes:
    now = now or database_now()
    begin, end = asked.range.begin, asked.range.end
    found: list[Event] = []
    cut: list[Kind] = []
    for kind in asked.kinds:
        rows = list(_READERS[kind](begin, end, now))
        if len(rows) > MOST:
            cut.append(kind)
        found += rows[:MOST]
    wanted = asked.q.casefold()
    if wanted:
        found = [
            each
            for each in found
            if wanted in f"{each.title}\n{each.who}\n{each.note}".casefold()
        ]
    found.sort(key=lambda each: (each.at, each.kind, each.number))
    return Changes(tuple(found), tuple(cut), now)


def _touching(begin: datetime, end: datetime, since: str, until: str) -> Q:
    open_end = Q(**{until: None}) | Q(**{f"{until}__gte": begin})
    return Q(**{f"{since}__lt": end}) & open_end


def _deployments(begin: datetime, end: datetime, now: datetime) -> Iterator[Event]:
    del now
    rows = Deployment.objects.filter(at__gte=begin, at__lt=end).order_by("-at", "-id")
    for row in rows[: MOST + 1]:
        served = row.source == "service"
        first, told = _("{version} first served"), _("{version} deployed")
        noted = [row.note, row.commit, row.link]
        if served:
            started = ngettext(
                "{n} start of a replica", "{n} starts of replicas", row.starts
            )
            noted = [started.format(n=row.starts)]
        yield Event(
            kind="deployment",
            number=row.pk,
            title=(first if served else told).format(version=row.version),
            at=row.at,
            until=None,
            lasts=False,
            who=row.by,
            note=", ".join(part for part in noted if part),
            href=f"/console/audit?subject=deployment+{row.pk}",
        )


def _faults(begin: datetime, end: datetime, now: datetime) -> Iterator[Event]:
    rows = FaultPeriod.objects.exclude(secrets(now))
    rows = rows.filter(_touching(begin, end, "began_at", "ended_at"))
    for row in rows.order_by("-began_at")[: MOST + 1]:
        until = row.ended_at or (row.expires_at if row.expires_at <= now else None)
        if until is not None and until < begin:
            continue  # its expiry is not written down yet
        yield Event(
            kind="fault",
            number=row.version,
            title=fault_told(spec_of(row)),
            at=row.began_at,
            until=until,
            lasts=True,
            who=row.started_by,
            note=row.reason,
            href=f"/console/injections?kind=fault&number={row.version}",
        )


def _patterns(begin: datetime, end: datetime, now: datetime) -> Iterator[Event]:
    rows = PatternPeriod.objects.filter(_touching(begin, end, "began_at", "ended_at"))
    for row in rows.order_by("-began_at")[: MOST + 1]:
        yield Event(
            kind="patterns",
            number=row.version,
            title=patterns_told(row.off),
            at=row.began_at,
            until=row.ended_at or (row.expires_at if row.expires_at <= now else None),
            lasts=True,
            who=row.started_by,
            note=row.reason,
            href=f"/console/injections?kind=patterns&number={row.version}",
        )


def _game_days(begin: datetime, end: datetime, now: datetime) -> Iterator[Event]:
    del now
    rows = GameDay.objects.annotate(began=Coalesce(F("started_at"), F("created_at")))
    rows = rows.filter(_touching(begin, end, "began", "ended_at"))
    for row in rows.order_by("-began")[: MOST + 1]:
        drill = _("drill: {title}").format(title=row.title)
        yield Event(
            kind="game_day",
            number=row.pk,
            title=drill if row.drill else row.title,
            at=began_of(row),
            until=row.ended_at,
            lasts=True,
            who=row.started_by,
            note="" if hidden(row) else row.reason,
            href=f"/console/game-days/{row.pk}",
        )


def _incidents(begin: datetime, end: datetime, now: datetime) -> Iterator[Event]:
    del now
    rows = Incident.objects.filter(_touching(begin, end, "opened_at", "resolved_at"))
    for row in rows.order_by("-opened_at")[: MOST + 1]:
        exercise = _("an exercise") if row.exercise else ""
        yield Event(
            kind="incident",
            number=row.pk,
            title=row.title,
            at=row.opened_at,
            until=row.resolved_at,
            lasts=True,
            who=row.owner,
            note=", ".join(part for part in (row.service, exercise) if part),
            href=f"/console/incidents/{row.pk}",
        )


def _silences(begin: datetime, end: datetime, now: datetime) -> Iterator[Event]:
    del now
    rows = Silence.objects.filter(_touching(begin, end, "starts_at", "ends_at"))
    for row in rows.order_by("-starts_at")[: MOST + 1]:
        about = ", ".join(part for part in (row.name, row.slo, row.service) if part)
        said = _("maintenance: {about}") if row.maintenance else _("silence: {about}")
        yield Event(
            kind="silence",
            number=row.pk,
            title=said.format(about=about or _("every alert")),
            at=row.starts_at,
            until=row.ends_at,
            lasts=True,
            who=row.created_by,
            note=row.reason,
            href="/console/alerts",
        )


def _no_faults(begin: datetime, end: datetime, now: datetime) -> Iterator[Event]:
    """The lever is read from the audit log: pulled, released."""
    del now
    rows = AuditEntry.objects.filter(
        action__startswith="no_faults.", at__gte=begin, at__lt=end
    )
    for row in rows.order_by("-id")[: MOST + 1]:
        word = row.action.partition(".")[2].replace("_", " ")
        reason = getattr(row, "reason", "") or row.detail.get("reason", "")
        yield Event(
            kind="no_faults",
            number=row.pk,
            title=_("no faults: {word}").format(word=word),
            at=row.at,
            until=None,
            lasts=False,
            who=row.actor,
            note=str(reason),
            href=f"/console/audit?action={row.action}",
        )


_Reader = Callable[[datetime, datetime, datetime], Iterator[Event]]
_READERS: dict[Kind, _Reader] = {
    "deployment": _deployments,
    "fault": _faults,
    "patterns": _patterns,
    "game_day": _game_days,
    "incident": _incidents,
    "silence": _silences,
    "no_faults": _no_faults,
}

"""What the top of the Recovery page is given: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import DASH, took
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import lasted
from sre_console.pages.recovery_findings import (
    FindingLine,
    answer_mark,
    answer_told,
    finding_line,
    space_told,
)
from sre_console.pages.recovery_scale import Tick, percent, ticks
from sre_console.pages.recovery_words import backup_word, size
from sre_console.recovery.overview import Overview
from sre_console.recovery.replication import ReplicaLag
from sre_console.recovery.standing import SEEN_WITHIN
from sre_console.recovery.targets import AIMED, PROMISED


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at a glance; grey and a dash where nothing is known."""

    term: str
    value: str
    note: str
    look: str = ""  # of its state; empty: quiet
    since: datetime | None = None
    until: datetime | None = None

    @property
    def known(self) -> bool:
        return self.value != DASH


@dataclass(frozen=True, slots=True)
class Scale:
    """Achieved beside aimed and promised; `at` empty: nothing was measured."""

    term: str
    told: str
    achieved: str
    at: str
    aimed: str
    aimed_at: str
    promised: str
    promised_at: str
    mark: Mark
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class ReplicaRow:
    name: str
    mark: Mark
    behind: str
    seconds: str


@dataclass(frozen=True, slots=True)
class Top:
    mark: Mark
    told: str
    findings: list[FindingLine]
    tiles: list[Tile]
    scales: list[Scale]
    validated: int | None  # the restore that the scales are of
    validated_at: datetime | None
    due: datetime | None
    due_told: str
    overdue: bool
    replicas: list[ReplicaRow]


def top(view: Overview) -> Top:
    facts, known = view.facts, view.known
    found = view.findings
    validated = known.validated
    return Top(
        mark=answer_mark(view.answer),
        told=answer_told(view.answer),
        findings=[finding_line(each, facts) for each in found],
        tiles=_tiles(view, {each.code for each in found}),
        scales=[
            _scale(
                _("Recovery time (RTO)"),
                _("from the start of the restore until it answered"),
                validated.recovery_seconds if validated else None,
                (AIMED.time, PROMISED.time),
            ),
            _scale(
                _("Data lost (RPO)"),
                _("seconds of commits that were not in what was restored"),
                validated.lost_seconds if validated else None,
                (AIMED.loss, PROMISED.loss),
            ),
        ],
        validated=validated.pk if validated else None,
        validated_at=validated.ended_at if validated else None,
        due=known.validation_due,
        due_told=_due(known.validation_due, view.now),
        overdue=known.validation_due is None or known.validation_due < view.now,
        replicas=[_replica(each) for each in view.standing.replicas],
    )


def _tiles(view: Overview, codes: set[str]) -> list[Tile]:
    return [
        _backup(view, codes), _archiving(view, codes), _exposure(view, codes), _reach(view),
        _space(view, codes), _replicas(view, codes),
    ]  # fmt: skip


def _look(codes: set[str], *, grave: str = "", doubt: str = "") -> str:
    if codes & set(grave.split()):
        return "is-exhausted"
    return "is-risk" if codes & set(doubt.split()) else ""


def _backup(view: Overview, codes: set[str]) -> Tile:
    row = view.known.backup
    if row is None:
        note = _("no backup of PostgreSQL's files")
        if view.known.dump is not None:
            age = lasted((view.now - view.known.dump.ended_at).total_seconds())
            note = _("no backup of PostgreSQL's files; a dump of {age} ago").format(age=age)  # fmt: skip
        return Tile(_("Newest backup"), DASH, note, "is-exhausted")
    note = _("{kind}, {size}, {stored} stored").format(
        kind=backup_word(row.kind), size=size(row.size), stored=size(row.stored)
    )
    look = _look(codes, doubt="backup_old backup_failed")
    return Tile(_("Newest backup"), lasted(view.facts.backup_age), note, look)


def _archiving(view: Overview, codes: set[str]) -> Tile:
    term, at = _("Archiving"), view.archiver.archived_at
    last = _("nothing archived yet")
    if at is not None:
        age = lasted(max(0.0, (view.now - at).total_seconds()))
        last = _("the last segment {age} ago").format(age=age)
    if view.archiving == "off":
        return Tile(term, _("off"), _("PostgreSQL archives no log of its own"))
    look = _look(codes, grave="wal_missing", doubt="archive_failing")
    if "archive_failing" in codes:
        age = lasted(view.standing.archive_failing)
        note = _("for {age}; {last}").format(age=age, last=last)
        return Tile(term, _("failing"), note, look)
    return Tile(term, _("working") if at else DASH, last, look)


def _exposure(view: Overview, codes: set[str]) -> Tile:
    term, found = _("Lost at most, if the volume were lost now"), view.exposure
    if found is None:
        return Tile(term, DASH, _("everything: there is nothing to restore from"))
    through = {
        "replica": _("a replica has the rest"),
        "archive": _("the archive has the rest"),
        "backup": _("only the newest backup has the rest"),
    }[found.through]
    note = _("{through}; 1 h is promised").format(through=through)
    look = _look(codes, doubt="exposed")
    return Tile(term, lasted(found.seconds), note, look)


def _reach(view: Overview) -> Tile:
    begin, end = view.earliest_at, view.latest_at
    term = _("Any moment of")
    if begin is None or end is None:
        return Tile(term, DASH, _("no moment can be restored"))
    if not view.standing.archives:
        term = _("Backups of")
    reach = max(0.0, (end - begin).total_seconds())
    return Tile(term, lasted(reach), "", since=begin, until=end)


def _space(view: Overview, codes: set[str]) -> Tile:
    used, free = view.standing.used, view.standing.free
    if used is None:  # a store need not say what is free
        seen = [
            r for r in view.known.repositories if view.now - r.seen_at < SEEN_WITHIN
        ]
        used = seen[0].used if seen else None
    note = space_told(used, free) or _("nobody has looked at a repository lately")
    look = _look(codes, grave="repository_unread", doubt="space_low")
    value = size(free if free is not None else used)
    return Tile(_("Room in the repository") if free is not None else _("In the repository"), value, note, look)  # fmt: skip


def _replicas(view: Overview, codes: set[str]) -> Tile:
    found = view.standing.replicas
    if not found:
        return Tile(_("Replicas behind"), DASH, _("no replica receives the log"))
    names = ", ".join(each.name for each in found)
    look = _look(codes, grave="replica_lost", doubt="replica_late")
    if "replica_lost" in codes:
        return Tile(_("Replicas behind"), _("lost"), names, look)
    return Tile(_("Replicas behind"), lasted(view.standing.replica_lag), names, look)


def _scale(
    term: str, told: str, seconds: float | None, targets: tuple[timedelta, timedelta]
) -> Scale:
    aimed, promised = (each.total_seconds() for each in targets)
    if seconds is None:
        mark = Mark(_("not measured"), "is-stale", "ring")
    elif seconds > promised:
        mark = Mark(_("missed what is promised"), "is-exhausted", "exhausted")
    elif seconds > aimed:
        mark = Mark(_("kept what is promised, not what is aimed at"), "is-risk", "risk")
    else:
        mark = Mark(_("kept both"), "is-ok", "ok")
    return Scale(
        term=term,
        told=told,
        achieved=took(seconds),
        at="" if seconds is None else percent(seconds),
        aimed=lasted(aimed),
        aimed_at=percent(aimed),
        promised=lasted(promised),
        promised_at=percent(promised),
        mark=mark,
        ticks=ticks(),
    )


def _due(due: datetime | None, now: datetime) -> str:
    if due is None:
        return _("now: none was ever good")
    left = (due - now).total_seconds()
    if left < 0:
        return _("{age} ago").format(age=lasted(-left))
    return _("in {age}").format(age=lasted(left))


def _replica(each: ReplicaLag) -> ReplicaRow:
    if each.bytes is None:
        mark = Mark(_("can never follow again"), "is-exhausted", "exhausted")
    elif not each.connected:
        mark = Mark(_("not connected"), "is-risk", "risk")
    else:
        mark = Mark(_("connected"), "is-ok", "ok")
    return ReplicaRow(each.name, mark, size(each.bytes), lasted(each.seconds))

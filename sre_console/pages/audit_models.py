"""What the audit page is given: plain values, every text of them as somebody typed it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from sre_console.audit.checking import broken_of
from sre_console.audit.searching import KINDS
from sre_console.audit.wording import broken_told
from sre_console.models import AuditEntry, AuditVerification

_NUMBERED = {
    "disaster drill": "/console/recovery/drills/",
    "incident": "/console/incidents/",
    "game day": "/console/game-days/",
    "backup": "/console/recovery/backups?number=",
    "restore": "/console/recovery/restores/",
}
_SUBJECT = re.compile(r"(?P<kind>[a-z ]+?) (?P<which>\S+)", re.ASCII)
DASH = "\N{EN DASH}"
_PEOPLE = (*KINDS["people"], *KINDS["sign-ins"])


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a change."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    number: int
    at: datetime
    actor: str
    role: str
    via: str
    address: str
    request: str
    action: str
    subject: str
    href: str  # of what it is about, where that has a page
    same: str  # the address of all about it
    reason: str
    differences: list[Difference]
    more: list[tuple[str, str]]
    hash: str
    previous: str
    plain: bool  # of before there was a key


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the banner says of the log."""

    state: str  # never, running, unbroken, broken
    told: str = ""
    at: datetime | None = None
    verified: int = 0
    target: int = 0
    broken: int | None = None


def audit_rows(entries: Iterable[AuditEntry], *, people: bool) -> list[AuditRow]:
    """`people`: whether the reader may see the pages of people."""
    some = list(entries)
    named = {each.subject for each in some if each.action.startswith(_PEOPLE)}
    known = {}
    if people and named:
        found = User.objects.filter(username__in=named)
        known = dict(found.values_list("username", "id"))
    return [_row(each, known) for each in some]


def verdict_of(row: AuditVerification | None) -> Verdict:
    if row is None:
        return Verdict("never")
    broken = broken_of(row)
    if broken is not None:
        told = broken_told(broken)
        return Verdict("broken", told, row.finished_at, row.verified, 0, broken.number)
    state = "running" if row.finished_at is None else "unbroken"
    at = row.finished_at or row.stepped_at
    return Verdict(state, at=at, verified=row.verified, target=row.target)


def value_told(value: object) -> str:
    """As a person reads it: words for yes, no and nothing, lists with commas, else JSON."""
    if value is None or value == "":
        return DASH
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(v, list | dict) for v in value):
        return ", ".join(str(each) for each in value) or DASH
    return json.dumps(value, ensure_ascii=False)


def _row(entry: AuditEntry, people: dict[str, int]) -> AuditRow:
    before, after = entry.before, entry.after
    names = dict.fromkeys([*before, *after])
    return AuditRow(
        number=entry.id,
        at=entry.at,
        actor=entry.actor,
        role=entry.role,
        via=entry.via,
        address=entry.address,
        request=entry.request_id,
        action=entry.action,
        subject=entry.subject,
        href=_href(entry, people),
        same="/console/audit?" + urlencode({"subject": entry.subject}),
        reason=entry.reason,
        differences=[
            Difference(name, value_told(before.get(name)), value_told(after.get(name)))
            for name in names
        ],
        more=[(name, value_told(value)) for name, value in entry.detail.items()],
        hash=entry.hash,
        previous=entry.previous_hash,
        plain=entry.scheme == 1,
    )


def _href(entry: AuditEntry, people: dict[str, int]) -> str:
    if entry.subject in people and entry.action.startswith(_PEOPLE):
        return f"/console/people/{people[entry.subject]}"
    found = _SUBJECT.fullmatch(entry.subject)
    if found is None:
        return ""
    kind, which = found["kind"], found["which"]
    if kind in _NUMBERED and which.isdigit():
        return _NUMBERED[kind] + which
    return {
        "scenario": f"/console/game-days/scenarios/{quote(which, safe='')}",
        "silence": f"/console/alerts#silence-{quote(which, safe='')}",
        "notification": "/console/notifications",
        "fault plan": f"/console/live#fault-{quote(which, safe='')}",
        "patterns": "/console/resilience",
        "breaker": "/console/resilience",
    }.get(kind, "")

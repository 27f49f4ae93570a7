"""Silences and maintenance windows: which alerts open nothing and are told to nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from ironclad.envelope import timestamp
from ironclad.errors import NotFound
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.changes import changes
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import Asked
from sre_console.chaos.rows import database_now
from sre_console.incidents.record import nudge
from sre_console.incidents.rules import AlertRule
from sre_console.models import Silence

LONGEST = 30 * 86_400  # seconds
_FIELDS = frozenset(
    {"alert", "slo", "service", "maintenance", "startsIn", "seconds", "reason"}
)


@dataclass(frozen=True, slots=True)
class Silences:
    """Those in force at one moment."""

    rows: Sequence[Silence]

    def match(self, rule: AlertRule) -> bool:
        return self.of(name=rule.name, slo=rule.slo or "", service=rule.service)

    def of(self, *, name: str, slo: str, service: str) -> bool:
        """Whether one of them is about such an alert; what it leaves empty matches all."""
        return any(
            row.name in {"", name}
            and row.slo in {"", slo}
            and row.service in {"", service}
            for row in self.rows
        )


def silences_read(at: datetime) -> Silences:
    return Silences(
        list(Silence.objects.filter(starts_at__lte=at, ends_at__gt=at).order_by("id"))
    )


def silence_create(*, actor: Actor, asked: Mapping[str, object]) -> Silence:
    """Silence alerts for `seconds`, from now or from in `startsIn` seconds on.

    What it names must match; what it leaves out matches all, but it must name something
    unless it is a maintenance window. Raises FieldsInvalid.
    """
    access_check(actor, "silences.change")
    fields = Asked(asked)
    name, slo = (fields.line(each, most=64) for each in ("alert", "slo"))
    service = fields.line("service", most=64)
    maintenance = asked.get("maintenance", False)
    if not isinstance(maintenance, bool):
        fields.wrong("maintenance", "maintenance must be true or false.")
    if not (name or slo or service or maintenance):
        fields.wrong("alert", "Name an alert, an SLO or a service.")
    reason = fields.line("reason", most=500, least=1)
    seconds = fields.whole("seconds", None, least=1, most=LONGEST)
    if seconds is None and not fields.problems:
        fields.wrong("seconds", f"seconds must be a whole number from 1 to {LONGEST}.")
    wait = fields.whole("startsIn", 0, least=0, most=LONGEST)
    fields.refuse_unknown(_FIELDS)
    fields.refuse()
    with audited():
        starts = database_now() + timedelta(seconds=wait or 0)
        row = Silence.objects.create(
            name=name,
            slo=slo,
            service=service,
            maintenance=maintenance is True,
            starts_at=starts,
            ends_at=starts + timedelta(seconds=seconds or 0),
            created_by=actor.name[:150],
            reason=reason,
        )
        _told(row, "silence.created", actor, {})
        return row


def silence_end(*, actor: Actor, silence_id: int) -> Silence:
    """End it now; one that has ended already stays as it is."""
    access_check(actor, "silences.change")
    with audited():
        row = Silence.objects.select_for_update().filter(pk=silence_id).first()
        if row is None:
            raise NotFound
        now = database_now()
        if row.ends_at > now:
            before = _facts(row)
            row.ends_at, row.ended_by = now, actor.name[:150]
            row.starts_at = min(row.starts_at, now)
            row.save()
            _told(row, "silence.ended", actor, before)
        return row


def silence_list() -> QuerySet[Silence]:
    """Newest first; those that have ended included."""
    return Silence.objects.order_by("-starts_at", "-id")


def silence_json(row: Silence, now: datetime) -> dict[str, object]:
    state = "ended" if row.ends_at <= now else "active"
    return {
        "id": row.pk,
        "alert": row.name,
        "slo": row.slo,
        "service": row.service,
        "maintenance": row.maintenance,
        "state": "pending" if row.starts_at > now else state,
        "startsAt": timestamp(row.starts_at),
        "endsAt": timestamp(row.ends_at),
        "createdBy": row.created_by,
        "endedBy": row.ended_by,
        "reason": row.reason,
    }


def _facts(row: Silence) -> dict[str, object]:
    return {
        "alert": row.name,
        "slo": row.slo,
        "service": row.service,
        "maintenance": row.maintenance,
        "startsAt": row.starts_at,
        "endsAt": row.ends_at,
    }


def _told(
    row: Silence, action: str, actor: Actor, before: Mapping[str, object]
) -> None:
    was, now = changes(before, _facts(row))
    record(
        actor=actor,
        action=action,
        subject=f"silence {row.pk}",
        before=was,
        after=now,
        reason=row.reason,
    )
    nudge()

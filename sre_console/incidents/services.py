"""What people do with incidents. Each change is one audited transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ironclad.errors import Conflict, NotFound, PreconditionFailed
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.asked import Asked
from sre_console.chaos.rows import database_now
from sre_console.incidents import lifecycle
from sre_console.incidents.joining import harm_ended
from sre_console.incidents.lifecycle import Action
from sre_console.incidents.notifications import notifications_write
from sre_console.incidents.record import TEXT_MOST, changed, noted
from sre_console.models import Incident, ReceivedAlert

NAME_MOST = 150
ROLES = ("owner", "commander", "scribe")  # who may be named to an incident

_MOMENTS: dict[Action, str] = {
    "acknowledge": "acknowledged_at",
    "mitigate": "mitigated_at",
    "resolve": "resolved_at",
}


def incident_act(
    *,
    actor: Actor,
    incident_id: int,
    action: Action,
    asked: Mapping[str, object],
    expected_version: int | None = None,
) -> Incident:
    """Acknowledge, mitigate, resolve or reopen it, with a comment where there is one.

    Raises Conflict where its state or an alert that still fires does not allow it. With
    `clear`, resolving takes what still fires for over: an end that never came.
    """
    access_check(actor, "incidents.change")
    fields = Asked(asked)
    comment = fields.text("comment", most=TEXT_MOST)
    clear = asked.get("clear", False)
    if not isinstance(clear, bool):
        fields.wrong("clear", "clear must be true or false.")
    fields.refuse_unknown({"comment", "clear"} if action == "resolve" else {"comment"})
    fields.refuse()
    with audited():
        incident, now = incident_locked(incident_id, expected_version)
        if clear is True:
            _clear(incident, actor, now)
        firing = incident.alerts.filter(cleared_at=None).values_list("name", flat=True)
        problem = lifecycle.refusal(action, incident.state, sorted(firing))  # type: ignore[arg-type]
        if problem is not None:
            raise Conflict(problem)
        if action == "reopen":
            _alone(incident)
        _apply(incident, action, actor, now)
        state = lifecycle.after(action)
        incident.state = state
        kind = "reopened" if action == "reopen" else state
        noted(incident, kind, at=now, actor=actor, text=comment)
        changed(incident, f"incident.{kind}", actor=actor, reason=comment)
        if action == "resolve":
            notifications_write(incident, "resolved", at=now)
        elif action == "reopen":
            notifications_write(incident, "reopened", at=now)
        return incident


def incident_comment(
    *, actor: Actor, incident_id: int, asked: Mapping[str, object]
) -> Incident:
    """Add a line to its timeline."""
    access_check(actor, "incidents.change")
    fields = Asked(asked)
    text = fields.text("text", most=TEXT_MOST, least=1)
    fields.refuse_unknown({"text"})
    fields.refuse()
    with audited():
        incident, now = incident_locked(incident_id, None)
        noted(incident, "commented", at=now, actor=actor, text=text)
        changed(incident, "incident.commented", actor=actor, reason=text)
        return incident


def incident_assign(
    *,
    actor: Actor,
    incident_id: int,
    asked: Mapping[str, object],
    expected_version: int | None = None,
) -> Incident:
    """Name its owner, incident commander or scribe; an empty name takes one away."""
    access_check(actor, "incidents.change")
    fields = Asked(asked)
    names = {role: fields.line(role, most=NAME_MOST) for role in ROLES if role in asked}
    if not names:
        fields.wrong("owner", f"Send at least one of {', '.join(ROLES)}.")
    fields.refuse_unknown(set(ROLES))
    fields.refuse()
    with audited():
        incident, now = incident_locked(incident_id, expected_version)
        for role, name in names.items():
            setattr(incident, role, name)
        noted(incident, "assigned", at=now, actor=actor, detail=names)
        changed(incident, "incident.assigned", actor=actor, detail=names)
        return incident


def incident_locked(number: int, expected: int | None) -> tuple[Incident, datetime]:
    """The row for this transaction alone, and the time. Raises NotFound, PreconditionFailed."""
    row = Incident.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise NotFound
    if expected is not None and expected != row.version:
        message = f"The incident is at version {row.version} by now."
        raise PreconditionFailed(message)
    return row, database_now()


def _clear(incident: Incident, actor: Actor, now: datetime) -> None:
    for row in incident.alerts.filter(cleared_at=None).order_by("joined_at", "id"):
        row.cleared_at = now
        row.save(update_fields=["cleared_at"])
        detail = {"alert": row.name, "slo": row.slo or None, "severity": row.severity}
        noted(incident, "cleared", at=now, actor=actor, detail=detail)
        ReceivedAlert.objects.filter(told_as=row.fingerprint, status="firing").update(
            status="resolved", silenced=None
        )
    incident.quiet_at = incident.quiet_at or now


def _alone(incident: Incident) -> None:
    """A service has one open incident: a second one can't be reopened beside it."""
    other = Incident.objects.filter(service=incident.service).exclude(state="resolved")
    found = other.first()
    if found is not None:
        message = f"Incident {found.pk} of {incident.service} is open already."
        raise Conflict(message)


def _apply(incident: Incident, action: Action, actor: Actor, now: datetime) -> None:
    if action == "reopen":
        incident.resolved_at = incident.mitigated_at = None
        incident.acknowledged_at = incident.acknowledged_at or now
        # Nothing fires, so nothing would ever end it by itself: it stays until it is resolved.
        incident.quiet_at = None
        return
    if action != "acknowledge" or incident.acknowledged_at is None:
        setattr(incident, _MOMENTS[action], now)
    incident.owner = incident.owner or actor.name[:NAME_MOST]
    if action == "resolve":
        # if nobody has said when
        incident.mitigated_at = incident.mitigated_at or harm_ended(incident) or now
        incident.acknowledged_at = incident.acknowledged_at or now

"""Post-mortems: a draft filled from the record, its sections, and what is to be done."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from ironclad.envelope import timestamp
from ironclad.errors import NotFound, PreconditionFailed
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import Asked
from sre_console.chaos.policy import changer_check
from sre_console.chaos.rows import database_now
from sre_console.incidents import lifecycle
from sre_console.incidents.figures import figures_read, impact_read
from sre_console.incidents.picture import picture
from sre_console.incidents.story import story
from sre_console.models import ActionItem, Incident, PostMortem

SECTIONS = ("happened", "impact", "detection", "learned")
SECTION_MOST = 8000  # characters
ACTION_MOST = 500
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A post-mortem as it is, or as it would be drafted now."""

    incident: Incident
    sections: Mapping[str, str]
    published: datetime | None
    updated: datetime | None  # None: nobody has written in it
    updated_by: str
    version: int
    actions: tuple[ActionItem, ...]
    picture: str  # of its charts: SVG, safe to show; empty where they are forgotten


def sheet_get(number: int) -> Sheet:
    incident = Incident.objects.filter(pk=number).first()
    if incident is None:
        raise NotFound
    actions = tuple(incident.actions.order_by("id"))
    drawn = picture(figures_read(incident))
    row = PostMortem.objects.filter(incident=incident).first()
    if row is None:
        return Sheet(incident, draft(incident), None, None, "", 0, actions, drawn)
    sections = {name: getattr(row, name) for name in SECTIONS}
    return Sheet(
        incident, sections, row.published_at, row.updated_at, row.updated_by,
        row.version, actions, drawn,
    )  # fmt: skip


def sheet_write(
    *,
    actor: Actor,
    incident_id: int,
    asked: Mapping[str, object],
    expected_version: int | None = None,
) -> None:
    """Replace its sections, and publish it or make it a draft again."""
    changer_check(actor.role)
    fields = Asked(asked)
    sections = {name: fields.text(name, most=SECTION_MOST) for name in SECTIONS}
    published = asked.get("published", False)
    if not isinstance(published, bool):
        fields.wrong("published", "published must be true or false.")
    fields.refuse_unknown({*SECTIONS, "published"})
    fields.refuse()
    with audited():
        incident = Incident.objects.select_for_update().filter(pk=incident_id).first()
        if incident is None:
            raise NotFound
        row = PostMortem.objects.filter(incident=incident).first()
        version = row.version if row else 0
        if expected_version is not None and expected_version != version:
            message = f"The post-mortem is at version {version} by now."
            raise PreconditionFailed(message)
        now = database_now()
        row = row or PostMortem(incident=incident)
        for name, text in sections.items():
            setattr(row, name, text)
        row.published_at = (row.published_at or now) if published else None
        row.updated_by, row.updated_at = actor.name[:150], now
        row.version = version + 1
        row.save()
        record(
            actor=actor,
            action="post_mortem.written",
            subject=f"incident {incident_id}",
            detail={"version": row.version, "published": published is True},
        )


def action_add(
    *, actor: Actor, incident_id: int, asked: Mapping[str, object]
) -> ActionItem:
    changer_check(actor.role)
    fields = Asked(asked)
    text = fields.line("text", most=ACTION_MOST, least=1)
    owner = fields.line("owner", most=150)
    due = _date(fields, "dueOn")
    fields.refuse_unknown({"text", "owner", "dueOn"})
    fields.refuse()
    with audited():
        if not Incident.objects.filter(pk=incident_id).exists():
            raise NotFound
        row = ActionItem.objects.create(
            incident_id=incident_id, text=text, owner=owner, due_on=due,
            created_by=actor.name[:150],
        )  # fmt: skip
        _told(row, "action_item.added", actor)
        return row


def action_settle(*, actor: Actor, action_id: int, done: bool) -> ActionItem:
    """Done, or not yet after all."""
    changer_check(actor.role)
    with audited():
        row = ActionItem.objects.select_for_update().filter(pk=action_id).first()
        if row is None:
            raise NotFound
        if (row.done_at is not None) is not done:
            row.done_at = database_now() if done else None
            row.save(update_fields=["done_at"])
            _told(row, "action_item.done" if done else "action_item.reopened", actor)
        return row


def draft(incident: Incident) -> dict[str, str]:
    """The sections as far as the record fills them. No names: what happened, not who."""
    return {
        "happened": "\n".join(_happened(incident)),
        "impact": "\n".join(impact_read(incident)),
        "detection": "\n".join(_detection(incident)),
        "learned": "",
    }


def _happened(incident: Incident) -> list[str]:
    lines = ["An exercise: what failed was injected."] if incident.exercise else []
    lines += [
        (
            f"{incident.title}. It began at {_time(incident.began_at)} and was opened at "
            f"{_time(incident.opened_at)} as {incident.severity}."
        ),
        "",
    ]
    lines += [
        f"* {_time(moment.at)} {moment.kind.replace('_', ' ')}"
        f"{_of(moment.detail)}{': ' + moment.text if moment.text else ''}"
        for moment in story(incident)
    ]
    return lines


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _of(detail: Mapping[str, object]) -> str:
    if "fault" in detail:
        return f": {detail['fault']}"
    if "alert" in detail:
        slo = f" ({detail['slo']})" if detail.get("slo") else ""
        return f": {detail['alert']}{slo}"
    if "to" in detail:
        return f" from {detail['from']} to {detail['to']}"
    return ""


def _detection(incident: Incident) -> list[str]:
    lasted = lifecycle.durations(
        began=incident.began_at,
        opened=incident.opened_at,
        acknowledged=incident.acknowledged_at,
        mitigated=incident.mitigated_at,
        resolved=incident.resolved_at,
    )
    first = incident.alerts.order_by("joined_at", "id").first()
    lines = [f"* First to fire: {first.name}: {first.summary}."] if first else []
    named = (
        ("Detected", lasted.detect), ("Acknowledged", lasted.acknowledge),
        ("Mitigated", lasted.mitigate), ("Resolved", lasted.resolve),
    )  # fmt: skip
    lines += [
        f"* {word} after {seconds:.1f} s."
        for word, seconds in named
        if seconds is not None
    ]
    return lines


def sheet_markdown(sheet: Sheet) -> str:
    """The whole of it, to keep elsewhere."""
    incident = sheet.incident
    titles = {
        "happened": "What happened", "impact": "Impact", "detection": "Detection",
        "learned": "What we learned",
    }  # fmt: skip
    lines = [f"# Post-mortem: incident {incident.pk}, {incident.title}", ""]
    if sheet.published is None:
        lines += ["*A draft.*", ""]
    for name in SECTIONS:
        lines += [f"## {titles[name]}", "", sheet.sections[name] or "(nothing yet)", ""]
        if name == "happened" and sheet.picture:
            lines += ["![Faults, alerts, errors, latency and burn rate][charts]", ""]
    lines += ["## Actions", ""]
    lines += [
        f"* [{'x' if a.done_at else ' '}] {a.text}{_whose(a)}" for a in sheet.actions
    ]
    if sheet.picture:  # in the file itself, last: it is long
        data = b64encode(sheet.picture.encode()).decode()
        lines += ["", f"[charts]: data:image/svg+xml;base64,{data}"]
    return "\n".join([*lines, ""])


def _whose(action: ActionItem) -> str:
    due = f"until {action.due_on.isoformat()}" if action.due_on else ""
    said = ", ".join(part for part in (action.owner, due) if part)
    return f" ({said})" if said else ""


def sheet_json(sheet: Sheet) -> Json:
    return {
        "incident": sheet.incident.pk,
        "version": sheet.version,
        **sheet.sections,
        "published": sheet.published is not None,
        "publishedAt": sheet.published and timestamp(sheet.published),
        "updatedAt": sheet.updated and timestamp(sheet.updated),
        "updatedBy": sheet.updated_by,
        "actions": [action_json(row) for row in sheet.actions],
    }


def action_json(row: ActionItem) -> Json:
    return {
        "id": row.pk,
        "text": row.text,
        "owner": row.owner,
        "dueOn": row.due_on.isoformat() if row.due_on else None,
        "done": row.done_at is not None,
        "doneAt": row.done_at and timestamp(row.done_at),
        "createdBy": row.created_by,
    }


def _date(fields: Asked, name: str) -> date | None:
    sent = fields.asked.get(name)
    if sent is None:
        return None
    found = None
    if isinstance(sent, str) and _DAY.fullmatch(sent):
        with suppress(ValueError):
            found = date.fromisoformat(sent)
    if found is None:
        fields.wrong(name, f"{name} must be a date as in 2026-01-31, or null.")
    return found


def _told(row: ActionItem, action: str, actor: Actor) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"action item {row.pk}",
        detail={"incident": row.incident_id, "text": row.text, "owner": row.owner},
    )

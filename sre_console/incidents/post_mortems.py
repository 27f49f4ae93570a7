"""Post-mortems: their sections, a draft until somebody writes them, and what is to be done."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from ironclad.envelope import timestamp
from ironclad.errors import Conflict, NotFound, PreconditionFailed
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.changes import changes
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import Asked
from sre_console.chaos.rows import database_now
from sre_console.incidents.drafting import draft
from sre_console.incidents.figures import figures_read
from sre_console.incidents.literal import literal
from sre_console.incidents.picture import picture
from sre_console.models import ActionItem, Incident, PostMortem

SECTIONS = ("happened", "impact", "detection", "learned")
SECTION_MOST = 8000  # characters
ACTION_MOST = 500
_TOLD_MOST = 300  # characters of a section in the audit log
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
        sections = draft(incident, SECTION_MOST)
        return Sheet(incident, sections, None, None, "", 0, actions, drawn)
    record_says = draft(incident, SECTION_MOST)
    sections = {name: getattr(row, name) or record_says[name] for name in SECTIONS}
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
    """Write its sections, and publish it or make it a draft again.

    What is left out stays as it is. A section that is empty, or says what the record does, goes
    on saying what the record does. Raises Conflict: what goes on is not published.
    """
    access_check(actor, "incidents.change")
    fields = Asked(asked)
    sections = {
        name: fields.text(name, most=SECTION_MOST) for name in SECTIONS if name in asked
    }
    published = asked.get("published")
    if published is not None and not isinstance(published, bool):
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
        if published is True and incident.state != "resolved":
            message = "It is published when the incident is resolved; save it as a draft until then."
            raise Conflict(message)
        now = database_now()
        row = row or PostMortem(incident=incident)
        before = _facts(row)
        record_says = draft(incident, SECTION_MOST)
        for name, text in sections.items():
            same = text.strip() == record_says[name].strip()
            setattr(row, name, "" if same else text)
        if published is not None:
            row.published_at = (row.published_at or now) if published else None
        row.updated_by, row.updated_at = actor.name[:150], now
        row.version = version + 1
        row.save()
        was, will = changes(before, _facts(row))
        record(
            actor=actor,
            action="post_mortem.written",
            subject=f"incident {incident_id}",
            detail={"version": row.version},
            before=was,
            after=will,
        )


def action_add(
    *, actor: Actor, incident_id: int, asked: Mapping[str, object]
) -> ActionItem:
    access_check(actor, "incidents.change")
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
        _told(row, "action_item.added", actor, {})
        return row


def action_settle(
    *, actor: Actor, action_id: int, done: bool, incident_id: int | None = None
) -> ActionItem:
    """Done, or not yet after all; with `incident_id` only one of that incident."""
    access_check(actor, "incidents.change")
    which = {"pk": action_id}
    if incident_id is not None:
        which["incident_id"] = incident_id
    with audited():
        row = ActionItem.objects.select_for_update().filter(**which).first()
        if row is None:
            raise NotFound
        if (row.done_at is not None) is not done:
            before = _item_facts(row)
            row.done_at = database_now() if done else None
            row.save(update_fields=["done_at"])
            action = "action_item.done" if done else "action_item.reopened"
            _told(row, action, actor, before)
        return row


def sheet_markdown(sheet: Sheet) -> str:
    """The whole of it, to keep elsewhere."""
    incident = sheet.incident
    titles = {
        "happened": "What happened", "impact": "Impact", "detection": "Detection",
        "learned": "What we learned",
    }  # fmt: skip
    lines = [f"# Post-mortem: incident {incident.pk}, {literal(incident.title)}", ""]
    if sheet.published is None:
        lines += ["*A draft.*", ""]
    for name in SECTIONS:
        lines += [f"## {titles[name]}", "", sheet.sections[name] or "(nothing yet)", ""]
        if name == "happened" and sheet.picture:
            lines += ["![Faults, alerts, errors, latency and burn rate][charts]", ""]
    lines += ["## Actions", ""]
    lines += [
        f"* [{'x' if a.done_at else ' '}] {literal(a.text)}{_whose(a)}"
        for a in sheet.actions
    ]
    if sheet.picture:  # in the file itself, last: it is long
        data = b64encode(sheet.picture.encode()).decode()
        lines += ["", f"[charts]: data:image/svg+xml;base64,{data}"]
    return "\n".join([*lines, ""])


def _whose(action: ActionItem) -> str:
    due = f"until {action.due_on.isoformat()}" if action.due_on else ""
    said = ", ".join(part for part in (literal(action.owner), due) if part)
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


def _facts(row: PostMortem) -> Json:
    """Of a section its beginning, and its digest: what was written where is in the row."""
    told: Json = {name: _brief(getattr(row, name)) for name in SECTIONS}
    return told | {"published": row.published_at is not None}


def _brief(text: str) -> str:
    if len(text) <= _TOLD_MOST:
        return text
    return f"{text[:_TOLD_MOST]}… (SHA-256 {sha256(text.encode()).hexdigest()})"


def _item_facts(row: ActionItem) -> Json:
    return {"text": row.text, "owner": row.owner, "done": row.done_at is not None}


def _told(
    row: ActionItem, action: str, actor: Actor, before: Mapping[str, object]
) -> None:
    was, will = changes(before, _item_facts(row))
    record(
        actor=actor,
        action=action,
        subject=f"incident {row.incident_id}",
        detail={"item": row.pk, "text": row.text},
        before=was,
        after=will,
    )

"""What a team learned from a run, and what it wants to do about it; each change is audited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from ironclad.envelope import timestamp
from ironclad.errors import Conflict, NotFound
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.changes import changes
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import Asked
from sre_console.chaos.rows import database_now
from sre_console.gamedays.outcome.record import noted, nudge
from sre_console.models import GameDay, GameDayAction

LESSONS_MOST = 8000  # characters
TEXT_MOST, OWNER_MOST = 500, 150
ACTIONS_MOST = 100  # of one run
_TOLD_MOST = 300  # characters of the lessons in the audit log
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Json = dict[str, object]


def lesson_write(
    *, actor: Actor, game_day_id: int, asked: Mapping[str, object]
) -> GameDay:
    """The lessons as a whole: `text`, empty to take them away."""
    access_check(actor, "game_days.learn")
    fields = Asked(asked)
    text = fields.text("text", most=LESSONS_MOST)
    if "text" not in asked:
        fields.wrong("text", "text is missing.")
    fields.refuse_unknown({"text"})
    fields.refuse()
    with audited():
        row = _locked(game_day_id)
        if row.lessons != text:
            before = _brief(row.lessons)
            row.lessons, row.lessons_by = text, actor.name[:150]
            row.save(update_fields=["lessons", "lessons_by"])
            noted(row, "lesson", at=database_now(), actor=actor)
            nudge(row)
            record(
                actor=actor,
                action="game_day.lessons",
                subject=f"game day {row.pk}",
                before=before,
                after=_brief(text),
            )
        return row


def action_item_add(
    *, actor: Actor, game_day_id: int, asked: Mapping[str, object]
) -> GameDayAction:
    """Raises Conflict where there are ACTIONS_MOST already."""
    access_check(actor, "game_days.learn")
    fields = Asked(asked)
    text = fields.line("text", most=TEXT_MOST, least=1)
    owner = fields.line("owner", most=OWNER_MOST)
    due = _day(fields, "dueOn")
    fields.refuse_unknown({"text", "owner", "dueOn"})
    fields.refuse()
    with audited():
        row = _locked(game_day_id)
        if row.actions.count() >= ACTIONS_MOST:
            message = f"A game day has at most {ACTIONS_MOST} action items."
            raise Conflict(message)
        item = GameDayAction.objects.create(
            game_day=row, text=text, owner=owner, due_on=due,
            created_by=actor.name[:150],
        )  # fmt: skip
        _told(item, "game_day.action_added", actor, {})
        return item


def action_item_change(
    *,
    actor: Actor,
    game_day_id: int,
    action_id: int,
    asked: Mapping[str, object],
) -> GameDayAction:
    """Only what is named changes: `text`, `owner`, `dueOn`, `done`."""
    access_check(actor, "game_days.learn")
    fields = Asked(asked)
    changed: dict[str, object] = {}
    if "text" in asked:
        changed["text"] = fields.line("text", most=TEXT_MOST, least=1)
    if "owner" in asked:
        changed["owner"] = fields.line("owner", most=OWNER_MOST)
    if "dueOn" in asked:
        changed["due_on"] = _day(fields, "dueOn")
    done = asked.get("done")
    if "done" in asked and not isinstance(done, bool):
        fields.wrong("done", "done must be true or false.")
    fields.refuse_unknown({"text", "owner", "dueOn", "done"})
    fields.refuse()
    with audited():
        row = _locked(game_day_id)
        item = row.actions.select_for_update().filter(pk=action_id).first()
        if item is None:
            raise NotFound
        if "done" in asked and (item.done_at is not None) is not done:
            changed["done_at"] = database_now() if done else None
        before = _facts(item)
        news = {n: new for n, new in changed.items() if getattr(item, n) != new}
        for name, new in news.items():
            setattr(item, name, new)
        if news:
            item.save(update_fields=list(news))
            _told(item, "game_day.action_changed", actor, before)
        return item


def lessons_json(row: GameDay) -> Json:
    actions = row.actions.order_by("id")
    return {
        "gameDay": row.pk,
        "text": row.lessons,
        "by": row.lessons_by or None,
        "actions": [action_item_json(item) for item in actions],
    }


def action_item_json(item: GameDayAction) -> Json:
    return {
        "id": item.pk,
        "text": item.text,
        "owner": item.owner,
        "dueOn": item.due_on.isoformat() if item.due_on else None,
        "done": item.done_at is not None,
        "doneAt": item.done_at and timestamp(item.done_at),
        "createdBy": item.created_by,
    }


def _locked(number: int) -> GameDay:
    row = GameDay.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise NotFound
    return row


def _day(fields: Asked, name: str) -> date | None:
    sent = fields.asked.get(name)
    if sent is None:
        return None
    if isinstance(sent, str) and _DAY.fullmatch(sent):
        with suppress(ValueError):
            return date.fromisoformat(sent)
    fields.wrong(name, f"{name} must be a date as in 2026-01-31, or null.")
    return None


def _brief(text: str) -> Json:
    """What the audit log says of lessons: their beginning and their length."""
    return {"lessons": text[:_TOLD_MOST], "characters": len(text)}


def _facts(item: GameDayAction) -> Json:
    return {
        "text": item.text,
        "owner": item.owner,
        "dueOn": item.due_on,
        "done": item.done_at is not None,
    }


def _told(
    item: GameDayAction, action: str, actor: Actor, before: Mapping[str, object]
) -> None:
    nudge(item.game_day)
    was, will = changes(before, _facts(item))
    record(
        actor=actor,
        action=action,
        subject=f"game day {item.game_day_id}",
        detail={"item": item.pk, "text": item.text},
        before=was,
        after=will,
    )

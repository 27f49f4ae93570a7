"""STOP ALL has ended a game day: no new one starts until somebody releases them."""

from __future__ import annotations

from datetime import datetime

from ironclad.envelope import timestamp
from ironclad.errors import Conflict
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.rows import database_now
from sre_console.models import GameDayBlock

REASON_MOST = 500


def block_read() -> GameDayBlock:
    return GameDayBlock.objects.filter(id=1).first() or GameDayBlock()


def start_check() -> None:
    """Raises Conflict while new game days are blocked; locks the row, so starts take turns."""
    GameDayBlock.objects.get_or_create(id=1)
    blocked_check(GameDayBlock.objects.select_for_update().get(id=1))


def blocked_check(row: GameDayBlock) -> None:
    """Raises Conflict where new game days are blocked."""
    if row.blocked:
        at = "" if row.at is None else f" at {row.at:%H:%M:%S} UTC"
        message = (
            f"New game days are blocked: {row.by} stopped game day {row.game_day}{at}. "
            "Release them first."
        )
        raise Conflict(message)


def block_set(*, actor: Actor, game_day: int, reason: str, at: datetime) -> None:
    """In the transaction of the stop."""
    GameDayBlock.objects.get_or_create(id=1)
    GameDayBlock.objects.filter(id=1).update(
        blocked=True,
        game_day=game_day,
        by=actor.name[:150],
        at=at,
        reason=reason[:REASON_MOST],
        stop_ms=None,
        released_by="",
        released_at=None,
        release_reason="",
    )
    record(
        actor=actor,
        action="game_days.blocked",
        subject=f"game day {game_day}",
        before={"blocked": False},
        after={"blocked": True},
        reason=reason,
    )


def block_release(*, actor: Actor, reason: str = "") -> GameDayBlock:
    """Let game days start again. Raises Conflict where nothing is blocked."""
    access_check(actor, "game_days.release")
    with audited():
        GameDayBlock.objects.get_or_create(id=1)
        row = GameDayBlock.objects.select_for_update().get(id=1)
        if not row.blocked:
            message = "New game days are not blocked."
            raise Conflict(message)
        now = database_now()
        row.blocked = False
        row.released_by, row.released_at = actor.name[:150], now
        row.release_reason = reason[:REASON_MOST]
        row.save()
        blocked_for = (
            None if row.at is None else round((now - row.at).total_seconds(), 1)
        )
        record(
            actor=actor,
            action="game_days.released",
            subject=f"game day {row.game_day}",
            detail={"blockedForSeconds": blocked_for},
            before={"blocked": True},
            after={"blocked": False},
            reason=reason,
        )
    return row


def block_json(row: GameDayBlock) -> dict[str, object]:
    return {
        "blocked": row.blocked,
        "gameDay": row.game_day,
        "by": row.by or None,
        "at": row.at and timestamp(row.at),
        "reason": row.reason,
        "stopMilliseconds": row.stop_ms,
        "releasedBy": row.released_by or None,
        "releasedAt": row.released_at and timestamp(row.released_at),
        "releaseReason": row.release_reason,
    }

"""The record of a run: what happened, when, and who did it. Lines are only added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from sre_console.audit.actor import SYSTEM, Actor
from sre_console.models import GameDay, GameDayEvent

CHANNEL = "ironclad_game_days"
# What a line is about; its words are those of gamedays.wording.
KINDS = (
    "created", "approved", "started", "step_began", "step_ended", "fault_set",
    "fault_ended", "note", "check_passed", "check_failed", "alert_fired",
    "alert_cleared", "breaker_changed", "action", "guardrail", "interrupted",
    "continued", "stopped", "rollback", "rolled_back", "finished", "joined", "lesson",
    "diagnosis",
)  # fmt: skip
MOST = 5000  # lines of one run; a longer one tells no more of what repeats
_REPEATS = frozenset({"alert_fired", "alert_cleared", "breaker_changed", "joined"})


def noted(  # noqa: PLR0913
    game_day: GameDay,
    kind: str,
    *,
    at: datetime,
    step: int | None = None,
    text: str = "",
    detail: Mapping[str, object] | None = None,
    actor: Actor = SYSTEM,
) -> None:
    """Add a line. `text` is what a person wrote; the rest is said from kind and detail."""
    if kind not in KINDS:
        message = f"there are no lines of the kind {kind}"
        raise ValueError(message)
    if kind in _REPEATS and game_day.events.count() >= MOST:
        return
    GameDayEvent.objects.create(
        game_day=game_day,
        at=at,
        kind=kind,
        step=step,
        text=text[:500],
        detail=dict(detail or {}),
        actor=actor.name[:150],
    )


def nudge(game_day: GameDay) -> None:
    """Every console hears of it at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(game_day.pk)])

"""The game day that runs, as every console hears of it with each snapshot."""

from __future__ import annotations

from typing import Any

from sre_console.gamedays.telling.telling import game_day_brief, game_day_json
from sre_console.models import GameDay

Json = dict[str, Any]
_TOLD = (
    "id", "title", "state", "drill", "startedBy", "startedAt",
    "checksPassed", "checksFailed", "checksInAll",
)  # fmt: skip


def game_day_news() -> Json | None:
    """The newest of those that run or wait; None: there is none.

    Of a drill only that it runs: what it does is to be found out.
    """
    # looked for each second: what is settled is not even read
    unsettled = GameDay.objects.filter(settled=False).defer("figures")
    active = unsettled.filter(state__in=("waiting", "running"))
    row = active.order_by("state", "-id").first()  # running before waiting
    if row is None:
        return None
    brief = game_day_brief(row)
    told: Json = {name: brief[name] for name in _TOLD}
    if row.drill:
        checks = dict.fromkeys(("checksPassed", "checksFailed", "checksInAll"), 0)
        return {**told, **checks, "step": None}
    day = game_day_json(row)
    steps, index = day["steps"], day["step"]
    now = None if index is None else steps[index]
    return {
        **told,
        "step": index,
        "steps": len(steps),
        "stepTitle": now and now["title"],
        "stepEndsAt": day["stepEndsAt"],
        "endsAt": day["endsAt"],
        "note": now and now["note"],
    }

"""Reading what a run has written down of itself: when it began, its steps, its faults' versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sre_console.gamedays.outcome.timing import Began
from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_from
from sre_console.gamedays.scenarios.scenario import ENGLISH, Scenario
from sre_console.models import GameDay, GameDayEvent


def scenario_of(game_day: GameDay) -> Scenario:
    """As it was at the start; without steps where this version can't read it any more."""
    try:
        return scenario_from(game_day.document)
    except ScenarioInvalid:
        title = {ENGLISH: game_day.title}
        return Scenario(game_day.scenario, title, {ENGLISH: ""}, ())


def began_of(game_day: GameDay) -> datetime:
    """The start of the run; of one that waits for an approval, when it was asked for."""
    return game_day.started_at or game_day.created_at


def steps_of(game_day: GameDay) -> list[Began]:
    """The steps that have begun: from the runner's own times, or from the lines of the record."""
    times: Mapping[str, Any] = game_day.cursor.get("step_times", {})
    if times:
        found = [Began(int(i), at, ended) for i, (at, ended) in times.items()]
        return sorted(found, key=lambda each: each.at)
    begun: dict[int, Began] = {}
    turns = game_day.events.filter(kind__in=("step_began", "step_ended"))
    for row in turns.order_by("at", "id"):
        if row.step is None:
            continue
        at = row.at.timestamp()
        if row.kind == "step_began":
            begun[row.step] = Began(row.step, at)
        elif row.step in begun:
            begun[row.step] = Began(row.step, begun[row.step].at, at)
    return sorted(begun.values(), key=lambda each: each.at)


def versions_of(game_day: GameDay) -> dict[int, int | None]:
    """The fault plan's versions that it set, each with its step."""
    found: dict[int, int | None] = {}
    for row in game_day.events.filter(kind="fault_set").order_by("at", "id"):
        if (version := _version(row)) is not None:
            found[version] = row.step
    return found


def _version(row: GameDayEvent) -> int | None:
    version = row.detail.get("version")
    whole = isinstance(version, int) and not isinstance(version, bool)
    return version if whole else None

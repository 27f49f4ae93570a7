"""A drill as a scenario: one fault for as long as there is to find it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from sre_console.gamedays.drill.pick import picked
from sre_console.gamedays.scenarios.scenario import Expected, Scenario, Step

NAME = "drill"
LIMITS = (180, 300, 600)  # wall seconds to choose from


def drill_scenario(seed: int, *, limit: float, alerts: Iterable[str]) -> Scenario:
    """The drill of this seed. `alerts` are all there are: whatever it raises is expected."""
    return Scenario(
        name=NAME,
        title={"en": "Drill: find the fault", "es": "Simulacro: encuentra el fallo"},
        hypothesis={
            "en": "The fault is found and rolled back before the time is up.",
            "es": "El fallo se encuentra y se revierte antes de que acabe el tiempo.",
        },
        clock="wall",
        expects=tuple(Expected(alert=name) for name in dict.fromkeys(alerts)),
        steps=(
            Step(
                title={"en": "A fault of some kind", "es": "Un fallo de algún tipo"},
                fault=picked(seed),
                seconds=limit,
            ),
        ),
    )

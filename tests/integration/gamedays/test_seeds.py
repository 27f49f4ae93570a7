"""The same seed and the same traffic: the same verdict, and nearly the same counts."""

from __future__ import annotations

import pytest
from django.db import transaction

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.scenarios.scenario import Step
from sre_console.models import GameDay
from tests.integration.gamedays.scenes import scene, text
from tests.integration.gamedays.theatre import Theatre

DRAWN = FaultSpec(error_rate=0.2, pacing="random")


def run(seed: int) -> GameDay:
    """On a stage of its own, which is struck afterwards."""
    with transaction.atomic():
        theatre = Theatre()
        step = Step(text("drawn errors"), 20, fault=DRAWN)
        game_day = theatre.until_over(theatre.start(scene(step), seed=seed))
        transaction.set_rollback(True)
    return game_day


@pytest.mark.django_db
@pytest.mark.any_postgres
def test_a_seed_repeats_a_run() -> None:
    one, two, other = run(7), run(7), run(8)
    assert one.verdict == two.verdict == "passed"
    assert one.outcome["badEvents"] == two.outcome["badEvents"]
    assert one.outcome["badEvents"] != other.outcome["badEvents"]

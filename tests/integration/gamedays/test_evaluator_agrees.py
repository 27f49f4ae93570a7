"""What is foretold is what the evaluator says of the same requests, to its tick of a second."""

from __future__ import annotations

import math

import pytest

from sre_console.gamedays.forecast.counting import RunCounts, Stage, bad_index
from sre_console.gamedays.forecast.past import TOTAL
from sre_console.incidents.alerting import Alert, judge
from sre_console.incidents.operations import Operations
from sre_console.incidents.readings import Readings
from sre_console.models import SliSample
from sre_console.slo.seeding import seed_gaps
from sre_console.slo.standings import standings
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, ONE, TWO, sample
from tests.unit.gamedays.foretold import (
    CATALOGUE,
    FULL,
    OBJECTIVES,
    RATE,
    K,
    errors,
    foretold,
    slow,
)

pytestmark = pytest.mark.django_db
MONTH, AFTERWARDS = 30 * 86_400, 30
BAD, SLOW = (bad_index(FULL, slo) for slo in ("availability", "latency"))

Turns = dict[tuple[str, str | None], list[float]]  # fired, cleared, …


def measured(stages: list[Stage]) -> int:
    """Put the requests of a run in the timeline; the seconds it lasts, and some after it."""
    run = RunCounts(stages, FULL, RATE)
    last = math.ceil(run.seconds) + AFTERWARDS
    samples = []
    for second in range(last + 10):
        counts = run.within(second + 1, 1)
        at, late = EPOCH + second, counts[SLOW]
        quick = counts[TOTAL] - late
        samples.append(sample(at, total=quick, bad=counts[BAD], replica=ONE))
        samples.append(sample(at, total=late, slow=late, duration=0.72, replica=TWO))
    SliSample.objects.bulk_create(samples)
    fold()
    seed_gaps(EPOCH, scale=K, rps=RATE, period=MONTH)
    return last


def judged(last: int) -> Turns:
    alerts = {rule.key: Alert() for rule in CATALOGUE.rules}
    turns: Turns = {}
    for second in range(1, last + 1):
        found = standings(OBJECTIVES, now=EPOCH + second, scale=K, whole=True)
        readings = Readings(found, Operations(), CATALOGUE, K)
        for rule in CATALOGUE.rules:
            alerts[rule.key], turn = judge(
                alerts[rule.key],
                exceeded=readings.of(rule).exceeded,
                at=second,
                before=second - 1,
                hold=rule.hold.total_seconds() / K,
                keep=rule.keep.total_seconds() / K,
            )
            if turn in {"fired", "resolved"}:
                turns.setdefault((rule.name, rule.slo), []).append(second)
    return turns


@pytest.mark.parametrize(
    "stages",
    [errors((0.01, 60), (0.03, 60), (0.07, 60)), errors((1.0, 20)), slow(90)],
    ids=["progressive", "all", "slow"],
)
def test_every_alert_turns_at_the_second_after_the_one_foretold(
    stages: list[Stage],
) -> None:
    last = measured(stages)
    expected: Turns = {}
    for each in foretold(stages).alerts:
        turns = expected.setdefault((each.name, each.slo), [])
        turns += [t for t in (each.fires_after, each.clears_after) if t is not None]
    seen = judged(last)
    assert seen.keys() == expected.keys()
    for key, turns in expected.items():
        for foreseen, turned in zip(turns, seen[key], strict=False):
            assert foreseen == pytest.approx(turned - 0.5, abs=0.52), key

"""The stored rules fire and clear when the formulas say, at scale 1 and in Prometheus' own judgement."""

from __future__ import annotations

from pathlib import Path

import pytest

from sre_console.slo.budget import clears_after, fires_after
from tests.stack.rule_stage import EVERY, Stage

pytestmark = [pytest.mark.stack, pytest.mark.patient]
HOUR, DAY = 3600, 86_400
# The rules, their windows and thresholds as SLO.md of the field has them, not as ours were made.
PAGES = (("ErrorBudgetBurn1h", 14.4, HOUR), ("ErrorBudgetBurn6h", 6.0, 6 * HOUR))
TICKETS = (("ErrorBudgetBurn1d", 3.0, DAY), ("ErrorBudgetBurn3d", 1.0, 3 * DAY))
BUDGETS = {"availability": 0.001, "error-rate": 0.01, "latency": 0.05}
FIVE = 5 * 60


def judge(stage: Stage, rules: tuple[tuple[str, float, int], ...]) -> None:
    """What the formulas say of every rule and SLO."""
    for slo, b in BUDGETS.items():
        burn = (stage.slow if slo == "latency" else stage.errors) / b
        for alert, threshold, window in rules:
            after = fires_after(burn, threshold, window, stage.history)
            if after is None:
                stage.never(alert, slo)
            elif after < stage.lasts:
                stage.fires(alert, slo, first=after)
                short = window // 12
                if stage.after >= short:
                    stage.clears(alert, slo, first=clears_after(burn, threshold, short))


@pytest.mark.parametrize(
    ("errors", "slow", "lasts"),
    [(0.01, 0.0, 13_200), (0.03, 1.0, 6600), (0.07, 0.0, 2400), (1.0, 0.0, 1800)],
    ids=["1 %", "3 % and +700 ms on all", "7 %", "100 %"],
)
def test_pages_fire_and_clear_at_the_closed_form_moments(
    errors: float, slow: float, lasts: int, tmp_path: Path
) -> None:
    stage = Stage(6 * HOUR, lasts, errors=errors, slow=slow, after=30 * 60)
    judge(stage, PAGES)
    for alert, share in (("HighErrorRate", errors), ("HighLatency", slow)):
        _judge_limit(stage, alert, share)
    stage.prove(tmp_path, without=("1d", "3d", "30d"))


def test_tickets_fire_and_clear_at_the_closed_form_moments(tmp_path: Path) -> None:
    # Days of evaluations: every five minutes is as exact as 30 s, and ten times quicker.
    stage = Stage(3 * DAY, 4 * HOUR, errors=0.03, slow=1.0, after=6 * HOUR, every=FIVE)
    judge(stage, TICKETS)
    stage.prove(tmp_path, without=("5m", "30m", "1h", "30d"))


def test_with_less_history_than_the_window_it_fires_sooner(tmp_path: Path) -> None:
    stage = Stage(history=HOUR // 4, lasts=FIVE, errors=0.07)
    judge(stage, PAGES)
    stage.prove(tmp_path)


def test_a_moment_that_is_wrong_by_one_evaluation_is_noticed(tmp_path: Path) -> None:
    early, late = (Stage(HOUR, HOUR // 2, errors=0.07) for _ in range(2))
    after = fires_after(70, 14.4, HOUR)
    assert after is not None
    early.fires("ErrorBudgetBurn1h", "availability", first=after - EVERY)
    late.fires("ErrorBudgetBurn1h", "availability", first=after + EVERY)
    for stage in (early, late):
        with pytest.raises(AssertionError, match="FAILED"):
            stage.prove(tmp_path)


def _judge_limit(stage: Stage, alert: str, share: float) -> None:
    """Over 5 % of five minutes, for five minutes: the same formulas with shares."""
    after = fires_after(share, 0.05, FIVE)
    if after is None:
        stage.never(alert, None)
        return
    stage.fires(alert, None, first=after, hold=FIVE)
    stage.clears(alert, None, first=clears_after(share, 0.05, FIVE))

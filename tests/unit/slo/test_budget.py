from __future__ import annotations

import math

import pytest

from sre_console.slo import budget
from sre_console.slo.budget import (
    burn_after_step,
    burn_rate,
    clears_after,
    exceeds,
    exhausts_in,
    fires_after,
    fires_after_paced,
    rule_fires,
    spent,
    status,
)

K, RATE, S = 60, 50, 30 * 86_400
AVAILABILITY, LATENCY = 0.001, 0.05
HOUR, SIX_HOURS = 3600, 6 * 3600
NEVER = None

# SLO.md's table: e, b, burn, page 14.4, paced, page 6, paced, budget gone; wall seconds
WORKED = [
    (0.01, AVAILABILITY, 10, NEVER, NEVER, 216.0, 218.0, 72 * 60),
    (0.03, AVAILABILITY, 30, 28.8, 29.34, 72.0, 72.68, 24 * 60),
    (0.07, AVAILABILITY, 70, 12.34, 12.58, 30.86, 31.16, 617.1),
    (1.00, AVAILABILITY, 1000, 0.86, 0.88, 2.16, 2.18, 43.2),
    # +700 ms on all; an event counts when it finishes, which is not part of the formula
    (1.00, LATENCY, 20, 43.2, 43.22, 108.0, 108.02, 36 * 60),
]


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row[0]:g}/{row[1]:g}")
def test_the_worked_figures(row: tuple[float, ...]) -> None:
    e, b, burn, page_14, _, page_6, _, gone = row
    B = burn_rate(e * 1e6, 1e6, b)  # noqa: N806
    assert B is not None
    assert pytest.approx(burn) == B
    assert fires_after(B, 14.4, HOUR / K) == _about(page_14)
    assert fires_after(B, 6, SIX_HOURS / K) == _about(page_6)
    assert exhausts_in(1, B, S / K) == _about(gone)


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row[0]:g}/{row[1]:g}")
def test_the_worked_figures_with_paced_injection(row: tuple[float, ...]) -> None:
    e, b, _, _, page_14, _, page_6, _ = row
    assert fires_after_paced(e, 14.4, b, RATE, HOUR, K) == _about(page_14)
    assert fires_after_paced(e, 6, b, RATE, SIX_HOURS, K) == _about(page_6)


def _about(value: float | None) -> object:
    return value if value is None else pytest.approx(value, abs=0.05)


@pytest.mark.parametrize(
    ("burn", "after_14", "after_6"),
    [(30, 2.6, 24.0), (70, 3.97, 27.43), (1000, 4.93, 29.8), (20, 1.4, 21.0)],
)
def test_when_a_page_clears(burn: float, after_14: float, after_6: float) -> None:
    assert clears_after(burn, 14.4, 5) == pytest.approx(after_14, abs=0.05)
    assert clears_after(burn, 6, 30) == pytest.approx(after_6, abs=0.05)


def test_a_burn_exactly_on_its_threshold_does_not_fire() -> None:
    assert not exceeds(14.4, 14.4)
    assert not exceeds(0.02 * S / HOUR * (1 + 1e-12), 14.4)
    assert exceeds(14.4 * (1 + 1e-8), 14.4)


def test_a_rule_needs_both_windows() -> None:
    assert rule_fires(20, 20, 14.4)
    assert not rule_fires(20, 10, 14.4)
    assert not rule_fires(10, 20, 14.4)
    assert not rule_fires(20, None, 14.4)


@pytest.mark.parametrize(
    ("t", "burn"), [(0, 0), (1, 70 / 60), (30, 35), (60, 70), (90, 70)]
)
def test_the_burn_after_a_step_grows_until_the_window_is_full(
    t: float, burn: float
) -> None:
    assert burn_after_step(70, 60, t) == pytest.approx(burn)


def test_with_less_history_a_rule_fires_sooner_and_with_none_at_once() -> None:
    assert fires_after(70, 14.4, 60, H=10) == pytest.approx(14.4 * 10 / (70 - 14.4))
    assert fires_after(70, 14.4, 60, H=0) == 0


@pytest.mark.parametrize("history", [1, 10, 30, 47, 50, 59, 60, 1000])
def test_the_fire_time_is_where_the_burn_crosses_its_threshold(history: float) -> None:
    at = fires_after(70, 14.4, 60, H=history)
    assert at is not None
    assert burn_after_step(70, 60, at, history) == pytest.approx(14.4)


def test_the_budget_spent_grows_with_burn_and_time() -> None:
    assert spent(14.4, HOUR, S) == pytest.approx(0.02)
    assert spent(70, 60, S / K) == pytest.approx(0.0972, abs=1e-4)


def test_the_budget_of_a_rehearsal_is_2160_bad_requests() -> None:
    full = budget.budget(0, RATE * S // K, AVAILABILITY, S)
    assert full.total == full.remaining == full.bad_remaining == 2160
    assert full.minutes_total == 43.2
    assert full.remaining_ratio == 1


def test_an_overspent_budget_is_not_clamped() -> None:
    over = budget.budget(3000, RATE * S // K, AVAILABILITY, S)
    assert over.remaining == -840
    assert over.bad_remaining == -840
    assert over.remaining_ratio == pytest.approx(-840 / 2160)
    assert over.minutes_remaining == pytest.approx(43.2 * -840 / 2160)


def test_a_budget_without_events_has_no_figures() -> None:
    nothing = budget.budget(0, 0, AVAILABILITY, S)
    assert nothing.remaining_ratio is None
    assert nothing.minutes_remaining is None
    assert burn_rate(0, 0, AVAILABILITY) is None


@pytest.mark.parametrize(
    ("remaining", "burn"), [(0, 70), (-0.1, 70), (0.5, 0), (0.5, None), (0.9, 0.4)]
)
def test_there_is_no_exhaustion_without_burn_or_remainder(
    remaining: float, burn: float | None
) -> None:
    assert exhausts_in(remaining, burn, S) is None


@pytest.mark.parametrize(
    ("remaining", "burn_5m", "burn_1h", "word"),
    [
        (None, None, None, "no_data"),
        (0.0, 70, 70, "exhausted"),
        (-1.0, 0, 0, "exhausted"),
        (0.9, 6.1, 0.5, "burning"),
        (0.9, 6.0, 1.1, "at_risk"),
        (0.9, 6.0, 1.0, "ok"),
        (0.49, 0, 0, "at_risk"),
        (0.5, 0, 0, "ok"),
        (0.9, None, None, "ok"),
    ],
)
def test_the_status_is_the_gravest_that_applies(
    remaining: float | None, burn_5m: float | None, burn_1h: float | None, word: str
) -> None:
    assert status(remaining, burn_5m, burn_1h) == word


def test_the_forecast_of_seven_percent() -> None:
    told = budget.forecast(
        70, remaining=1, lasts=300, S=S / K, pages=[(14.4, 60), (6, 360)]
    )
    assert told.page_after == pytest.approx(12.34, abs=0.01)
    assert told.spends_per_minute == pytest.approx(0.0972, abs=1e-4)
    assert told.gone_in == pytest.approx(617.1, abs=0.1)
    assert told.left_when_ends == pytest.approx(1 - 300 / 617.14, abs=1e-4)


def test_a_fault_that_ends_before_its_page_does_not_page() -> None:
    told = budget.forecast(70, remaining=1, lasts=10, S=S / K, pages=[(14.4, 60)])
    assert told.page_after is None


def test_no_fault_forecasts_nothing() -> None:
    told = budget.forecast(
        0, remaining=0.8, lasts=300, S=S, pages=[(14.4, 60)], H=math.inf
    )
    assert (told.page_after, told.gone_in, told.left_when_ends) == (None, None, 0.8)

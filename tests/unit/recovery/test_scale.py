"""The line with what was achieved, aimed at and promised."""

from __future__ import annotations

import pytest

from sre_console.gamedays.outcome.amounts import DASH
from sre_console.pages.recovery_scale import place, ticks
from sre_console.pages.recovery_words import size


@pytest.mark.parametrize(
    ("seconds", "at"),
    [(0.0, 0.0), (0.2, 0.0), (1.0, 0.0), (60.0, 36.0), (86_400.0, 100.0), (1e9, 100.0)],
)
def test_a_duration_has_its_place(seconds: float, at: float) -> None:
    assert place(seconds) == at


def test_the_ticks_stay_within_the_line() -> None:
    assert [each.anchor for each in ticks()] == ["start", "middle", "middle", "end"]


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (None, DASH), (0, "0 B"), (999, "999 B"), (81_300_000, "81.3 MB"),
        (1_500_000_000, "1.5 GB"), (250_000_000_000, "250 GB"), (10**18, "1,000 PB"),
    ],
)  # fmt: skip
def test_sizes_are_said_shortly_and_the_unknown_is_no_zero(
    count: int | None, told: str
) -> None:
    assert size(count) == told

"""Numbers as people read them."""

from __future__ import annotations

import pytest

from sre_console.gamedays.outcome.amounts import (
    DASH,
    count,
    listed,
    percent,
    signed,
    took,
)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, DASH), (0, "0 s"), (0.04, "0 s"), (29.34, "29.3 s"), (59.96, "1 min"),
        (60, "1 min"), (89.5, "1 min 29.5 s"), (3599.97, "1 h"), (3600, "1 h"),
        (7500, "2 h 5 min"), (172_800, "2 d"), (180_000, "2 d 2 h"),
    ],
)  # fmt: skip
def test_a_duration_says_as_much_as_matters(seconds: float | None, said: str) -> None:
    assert took(seconds) == said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(None, DASH), (0, "0 %"), (330 / 2160, "15.28 %"), (0.01, "1 %"), (-0.000001, "0 %"),
     (1, "100 %"), (12.5, "1,250 %"), (0.0099, "0.99 %")],
)  # fmt: skip
def test_a_share_has_no_idle_zeros(ratio: float | None, said: str) -> None:
    assert percent(ratio) == said


def test_counts_have_their_thousands_apart() -> None:
    assert count(18_000) == "18,000"
    assert count(None) == DASH


@pytest.mark.parametrize(("value", "sign"), [(1, "+"), (-1, "\u2212"), (0, "")])
def test_a_difference_has_its_sign(value: float, sign: str) -> None:
    assert signed("1 s", value) == f"{sign}1 s"


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_ends_with_and(words: list[str], said: str) -> None:
    assert listed(words) == said

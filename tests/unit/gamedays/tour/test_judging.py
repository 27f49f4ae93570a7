from __future__ import annotations

import pytest

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.tour.judging import judged
from sre_console.gamedays.tour.lessons import LESSONS, Choice, Figure


@pytest.mark.parametrize(
    ("predicted", "verdict"),
    [(12.3, "right"), (14.0, "right"), (17.0, "near"), (60.0, "off"), (0.0, "off")],
)
def test_a_number_is_judged_by_how_far_it_is_off(
    predicted: float, verdict: str
) -> None:
    assert judged(predicted, 12.6) == verdict


def test_a_choice_is_right_or_not() -> None:
    assert judged("slow", "slow") == "right"
    assert judged("fast", "slow") == "off"


def test_nothing_is_judged_without_an_answer() -> None:
    assert judged(1.0, None) == "open"


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.83", 0.83), (" 1,5 ", 1.5), ("20", 20.0), ("", None), ("-1", None),
     ("1e3", None), ("nan", None), ("1001", None), ("a lot", None)],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(text: str, value: float | None) -> None:
    assert Figure("percent", 1000).read(text) == value


def test_only_the_choices_are_read() -> None:
    assert Choice(("fast", "slow")).read("slow") == "slow"
    assert Choice(("fast", "slow")).read("none") is None


def test_the_same_fault_counts_whoever_set_it() -> None:
    assert LESSONS[0].matches(FaultSpec(error_rate=0.03))
    assert not LESSONS[0].matches(FaultSpec(error_rate=0.03, latency_ms=100))
    assert not LESSONS[0].matches(FaultSpec(error_rate=0.03, methods=("GET",)))

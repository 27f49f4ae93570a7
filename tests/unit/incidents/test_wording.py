from __future__ import annotations

import pytest

from sre_console.incidents import wording
from sre_console.incidents.signals import Unit
from tests.unit.incidents.test_rules import rule


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.07, "ratio", "7 %"),
        (0.00123, "ratio", "0.123 %"),
        (-0.25, "ratio", "-25 %"),
        (70.0, "burn", "70x"),
        (14.4, "burn", "14.4x"),
        (1000.0, "burn", "1000x"),
        (0.487, "seconds", "487 ms"),
        (5.0, "seconds", "5 s"),
        (120.0, "seconds", "2 min"),
        (7200.0, "seconds", "2 h"),
        (93_600.0, "seconds", "26 h"),
        (3_024_000.0, "seconds", "35 d"),
        (3.0, "events", "3"),
        (None, "burn", "no data"),
    ],
)
def test_values_are_told_with_their_unit(
    value: float | None, unit: Unit, said: str
) -> None:
    assert wording.measured(value, unit) == said


def test_a_rule_says_what_was_measured() -> None:
    fast = rule("ErrorBudgetBurn1h", "availability")
    assert wording.summary(fast, 70) == "The error budget of availability burns at 70x"
    assert wording.description(fast, 70) == (
        "Over 1h the error budget of availability burned at 70x, where 14.4x is the "
        "limit, and it still does over the last 5m."
    )

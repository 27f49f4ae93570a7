"""What people wrote is text in a spreadsheet, whatever it looks like."""

from __future__ import annotations

import pytest

from ironclad.spreadsheet import cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1"],
)
def test_a_formula_becomes_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["7 % errors", "a=b", "", "ErrorBudgetBurn1h"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_a_number_is_a_number() -> None:
    assert cell(-1.5) == -1.5


def test_nothing_is_an_empty_cell() -> None:
    assert cell(None) == ""

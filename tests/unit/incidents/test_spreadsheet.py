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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5; =1+1;-2 and a;b", "5; '=1+1;'-2 and a;b"),
        (";@y", ";'@y"),
        ("=1;=2", "'=1;'=2"),
        ("a; b = c; d - e", "a; b = c; d - e"),
    ],
)
def test_what_ends_a_cell_in_some_countries_begins_no_formula(
    text: str, told: str
) -> None:
    assert cell(text) == told

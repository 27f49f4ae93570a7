"""What the checks of dashboards and rules read out of an expression."""

from __future__ import annotations

import pytest

from tests.stack.measured import alternatives, measured, metrics


def bare(parts: list[str]) -> list[str]:
    return [part.replace(" ", "") for part in parts]


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("up == 0", ["up"]),
        ("(a / 0.1 > 14.4) and (b > 1) and on () (c >= 10)", ["a/0.1", "b", "c"]),
        ('absent(up{app="x"} == 1) or absent(y)', ['up{app="x"}', "y"]),
        ("a < on (n) group_left () count by (n) (b == 1)", ["a", "countby(n)(b)"]),
        ("sum by (a) (rate(b[5m])) > bool 0", ["sumby(a)(rate(b[5m]))"]),
        ("a > 2 * b", ["a", "2*b"]),
        ('a{b="x > 1 or )"} > 1', ['a{b="x>1or)"}']),
        ("vector(1)", []),
    ],
)
def test_an_alert_measures_what_it_compares(expression: str, parts: list[str]) -> None:
    assert bare(measured(expression)) == parts


def test_of_a_panel_only_its_or_is_taken_apart() -> None:
    assert bare(alternatives("count(a > 0) or vector(0)")) == ["count(a>0)"]
    assert bare(alternatives("sum(a or b) > 1")) == ["sum(aorb)>1"]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ('sum by (a) (rate(b{c="d"}[5m] offset 1h)) > bool 0 or e', {"b", "e"}),
        ("a / on (x) group_left (y) count without (z) (b == 1)", {"a", "b"}),
        ("histogram_quantile(0.9, sum by (le) (rate(a:b[5m])))", {"a:b"}),
        ("vector(1)", set()),
    ],
)
def test_names_of_series_are_told_from_functions_and_labels(
    expression: str, names: set[str]
) -> None:
    assert metrics(expression) == names

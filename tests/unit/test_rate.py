"""The wording of rates, and of the header fields of RFC 9651 and the RateLimit draft."""

from __future__ import annotations

import pytest

from ironclad.rate_limits.rate import Rate, Standing, rate, tightest


def standing(count: int, *, most: int = 10, resets: int = 5) -> Standing:
    return Standing("write", Rate(most, 60), count, resets, "address")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6000/m", Rate(6000, 60)),
        ("10/s", Rate(10, 1)),
        ("3/5m", Rate(3, 300)),
        ("1/d", Rate(1, 86_400)),
    ],
)
def test_a_rate_is_read(text: str, expected: Rate) -> None:
    assert rate(text) == expected


@pytest.mark.parametrize(
    "text", ["", "0/m", "many", "10", "10/", "10/0m", "10/x", "-1/m", "10/m ", "1.5/m"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        rate(text)


def test_the_last_request_that_is_let_through_leaves_nothing() -> None:
    assert (standing(10).left, standing(10).over) == (0, False)
    assert (standing(11).left, standing(11).over) == (0, True)


def test_the_fields_are_lists_of_strings_with_parameters() -> None:
    assert standing(3).fields() == {
        "RateLimit-Policy": '"write";q=10;w=60',
        "RateLimit": '"write";r=7;t=5',
    }


def test_what_is_over_is_told_then_what_has_least_then_what_lasts_longest() -> None:
    over, little, long = standing(11), standing(10), standing(10, resets=9)
    assert tightest([little, over, long]) is over
    assert tightest([standing(1), little, long]) is long

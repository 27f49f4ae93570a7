"""SECURITY.md: each abuse case names the tests that show what stops it, and they exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
LATER = "Tests to be named"
_TEST = re.compile(r"`(tests/[\w./-]+)::(\w+)`")


def cases() -> Iterator[tuple[str, str, list[str]]]:
    """Heading, number and cells of each row of the abuse cases."""
    part = PAGE.split("## Abuse cases\n", 1)[1].split("\n## ", 1)[0]
    heading = ""
    for line in part.splitlines():
        if line.startswith("### "):
            heading = line[4:]
        elif re.match(r"\| [A-Z]\d+ \|", line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            yield heading, cells[0], cells


CASES = list(cases())
NAMED = sorted(set(_TEST.findall(PAGE)))


def test_every_case_has_a_number_of_its_own_and_says_what_stops_it() -> None:
    numbers = [number for _, number, _ in CASES]
    assert len(numbers) > 30
    assert len(set(numbers)) == len(numbers)
    for _, number, cells in CASES:
        assert len(cells) == 4, number
        assert cells[1], number
        assert cells[2], number


@pytest.mark.parametrize(
    ("heading", "number", "cells"), CASES, ids=[number for _, number, _ in CASES]
)
def test_every_case_is_shown_by_a_test(
    heading: str, number: str, cells: list[str]
) -> None:
    assert (_TEST.search(cells[3]) is None) == (heading == LATER)


def test_every_test_that_is_named_exists() -> None:
    assert len(NAMED) > 60
    gone = [
        f"{file}::{name}"
        for file, name in NAMED
        if not (ROOT / file).is_file()
        or not re.search(
            rf"^\s*(?:async )?def {name}\(",
            (ROOT / file).read_text("utf-8"),
            re.MULTILINE,
        )
    ]
    assert gone == []

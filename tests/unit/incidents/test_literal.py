"""Text from elsewhere stays text, in our pages and for whoever renders the file."""

from __future__ import annotations

import re
from html import unescape

import pytest

from sre_console.incidents.drafting import fitted
from sre_console.incidents.literal import literal
from sre_console.pages.runbooks import html

FOREIGN = [
    '<img src="https://evil.example/x.png">',
    "[sign in](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "**bold** _under_ `code` # head > quote",
    "a \\[b](c) &lt;b&gt; &#60;",
    "<https://evil.example>",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_it_reads_on_a_page_as_it_was_sent(text: str) -> None:
    made = html(f"* opened: {literal(text)}")
    shown = unescape(re.sub("<[^>]*>", "", made)).strip()
    assert shown == f"opened: {text}"
    assert "<a" not in made
    assert "<strong>" not in made


@pytest.mark.parametrize("text", FOREIGN)
def test_no_mark_is_left_for_another_reader(text: str) -> None:
    said = literal(text)
    assert "<" not in said
    assert not re.search(r"(?<!\\)[\[\]()!*_`#]", said.replace(r"\\", ""))


def test_it_is_one_line() -> None:
    assert literal("look\n\n1. here\t\r\nthere ") == "look 1. here there"


def test_what_fits_is_not_cut() -> None:
    assert fitted(["a" * 50, "b" * 49], 0, 100) == "a" * 50 + "\n" + "b" * 49


def test_what_does_not_fit_is_cut_by_whole_lines_and_counted() -> None:
    text = fitted(["a" * 40, "b" * 40, "c" * 40], 0, 120)
    assert text == "a" * 40 + "\n\n… and 2 more lines: see the incident"
    assert fitted(["a"], 1, 100) == "a\n\n… and 1 more line: see the incident"
    assert len(fitted(["a"] * 9000, 10**6, 8000)) <= 8000

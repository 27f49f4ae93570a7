from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_console.gamedays.scenarios.patterns import PatternRefused
from sre_console.gamedays.scenarios.regex import Regex

atoms = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", "[a-c-]", r"\d", r"\W", r"\.", "[]a]", r"[\w-]", "^", "$", "-", r"\n", "{", "x{,}", "0"]
)  # fmt: skip
repeats = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "{0}", "*?", "{0,1}?"])  # fmt: skip


def _one(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("".join)
    group = st.tuples(st.sampled_from(["(", "(?:"]), several, st.just(")"), repeats).map("".join)  # fmt: skip
    return group | several | st.lists(several, min_size=2, max_size=3).map("|".join)


patterns = st.recursive(
    st.tuples(atoms, repeats).map("".join),
    _one,
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(patterns, st.text("ab01.-_{ \nx,}", max_size=8))
def test_it_finds_what_python_finds(pattern: str, text: str) -> None:
    try:
        regex, python = Regex(pattern), re.compile(pattern, re.ASCII)
    except (PatternRefused, re.error):
        return
    assert regex.search(text) == bool(python.search(text))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("", "", True), ("ok|fine", '{"a": "fine"}', True), ("^ok$", "ok\n", True),
        ("^ok$", "not ok", False), (r"[0-9]{3}\.[0-9]", "v123.4", True), ("é+", "éé", True),
        ('"status": ?"(ok|up)"', '{"status": "up"}', True), ("a$b", "ab", False), ("a{2,3}", "aa", True),
        ('[^"]*x', "abx", True), ("(a*)*$", "aaab", True), ("^(a|b)*$", "abc", False),
    ],
)  # fmt: skip
def test_patterns_as_people_write_them(pattern: str, text: str, found: bool) -> None:
    assert Regex(pattern).search(text) is found


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(a", r"has a \( that is not closed, at character 3"),
        ("a)", r"has a \) too many, at character 2"),
        ("[a", r"has a \[ that is not closed"),
        ("*a", "repeats nothing"), ("a**", "repeats a repeat"), ("a\\", "ends with a backslash"),
        (r"(a)\1", r"has a \\1 that is not read"), ("(?=a)b", r"has a \(\?…\) that is not read"),
        (r"\bword", r"has a \\b that is not read"), ("[b-a]", "range b-a that makes no sense"),
        ("a{3,2}", "makes no sense"), ("a{1000}", "repeats more than 100 times"),
        ("((a{50}){50}){50}", "is too large"), ("(" * 30 + ")" * 30, "is nested too deep"),
        ("((((){100}){100}){100}){100}", "is too large"),
    ],
)  # fmt: skip
def test_it_refuses_what_it_does_not_read(pattern: str, problem: str) -> None:
    with pytest.raises(PatternRefused, match=problem):
        Regex(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", ".*.*.*.*b", "(a|aa)+$", "a?{0}" + "(a?){50}a{50}b"])  # fmt: skip
def test_no_pattern_takes_for_ever(pattern: str) -> None:
    began = time.process_time()
    with suppress(PatternRefused):
        assert not Regex(pattern).search("a" * 64_000 + "c")
    assert time.process_time() - began < 10


def test_a_search_that_costs_too_much_is_given_up() -> None:
    text = "".join(f"{number:b}" for number in range(6_000))[:64_000]
    with pytest.raises(PatternRefused, match="takes too long on this answer"):
        Regex("(0|1)*0(0|1){60}x").search(text)

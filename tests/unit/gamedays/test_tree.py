from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.tree import tree_of, tree_read


def refusal(text: str) -> list[str]:
    with pytest.raises(ScenarioInvalid) as refused:
        tree_read(text, "it.yaml")
    return str(refused.value).split("\n")


def test_every_value_knows_its_place_and_path() -> None:
    root = tree_read("a: 1\nb:\n  - c: x\n  -   d\n", "it.yaml")
    assert isinstance(root.value, dict)
    item = root.value["b"].value
    assert isinstance(item, tuple)
    assert (item[1].place, item[1].path) == ((4, 7), "b[1]")
    assert isinstance(item[0].value, dict)
    assert (item[0].keys["c"], item[0].value["c"].path) == ((3, 5), "b[0].c")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5), ("-3", -3), ("1e2", 100.0), ("true", True), ("null", None),
        ("yes", "yes"), ("0x1f", "0x1f"), ("010", "010"), ("1_000", "1_000"),
        ("2026-01-31", "2026-01-31"), (".5", ".5"), ("True", "True"), ("'1'", "1"),
        (".inf", ".inf"), ("1:30", "1:30"), (r'"\ud83d\ude00\/"', "😀/"),
    ],
)  # fmt: skip
def test_scalars_are_those_of_json(text: str, value: object) -> None:
    read = tree_read(f"a: {text}", "it.yaml").plain()
    assert read == {"a": value}
    assert type(read["a"]) is type(value)  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb: *x", "it.yaml:1:4: a: must not be an anchor"),
        ("a: 1\nb: !!python/object:os.system {}", "it.yaml:2:4: b: must not have a tag"),
        ("a: 1\nb: 2\na: 3", "it.yaml:3:1: a: was there already, in line 1"),
        ("a: 1\n? [b]\n: 2", "it.yaml:2:3: has a key that is not text"),
        ("a: 1\n---\nb: 2", "it.yaml:2:1: must hold one document, not more"),
        ("a: 1\nb: \x1b[0m", "it.yaml:2:4: holds the control character U+001B"),
        ("a: x\x85y", "it.yaml:1:5: holds the control character U+0085"),
        ('a: "\\u0000"', "it.yaml:1:4: a: holds a control character"),
        ('a: "\\ud800"', "it.yaml:1:4: a: holds a control character"),
        ("a: 1e999", "it.yaml:1:4: a: is too large a number"),
        (f"a: {'9' * 41}", "it.yaml:1:4: a: is too long for a number"),
        ("", "it.yaml:1:1: is empty"),
        ("# nothing", "it.yaml:1:10: is empty"),
        ("a: [1, 2", "it.yaml:1:9: is not YAML or JSON: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\n b: 2", "it.yaml:2:3: is not YAML or JSON: mapping values are not allowed here"),
        ("a: x\ud800", "it.yaml:1:5: holds the control character U+D800"),
    ],
)  # fmt: skip
def test_it_refuses_with_line_and_column(text: str, problem: str) -> None:
    assert problem in refusal(text)


def test_an_escape_of_no_character_is_a_problem_and_no_crash() -> None:
    assert refusal('a: "\\UFFFFFFFF"')[0].startswith("it.yaml:1:")


def test_a_document_of_aliases_is_refused_before_it_grows() -> None:
    lines = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    lines.insert(0, "a0: &a0 [x, x, x, x, x, x, x, x, x]")
    assert "a1[0]: must be written out: aliases are not read" in "\n".join(
        refusal("\n".join(lines))
    )


@pytest.mark.parametrize(
    "text",
    [
        "[" * 21 + "]" * 21, "[" * 100_000, "{a: " * 30 + "1" + "}" * 30,
        "- " * 60_000, "- a\n" * 60_000,
    ],
    ids=["lists", "bomb", "mappings", "dashes", "many"],
)  # fmt: skip
def test_what_is_too_deep_or_too_much_is_refused_soon(text: str) -> None:
    began = time.process_time()
    assert "deeper than 20" in refusal(text)[0] or "20,000" in refusal(text)[0]
    assert time.process_time() - began < 20


def test_what_is_too_large_is_refused_unread() -> None:
    assert refusal("a: " + "x" * 256 * 1024) == ["it.yaml:1:1: is larger than 256 KiB"]


def test_a_mark_at_the_start_and_windows_lines_are_read() -> None:
    assert tree_read("\ufeffa: 1\r\nb: 2\r\n", "it").plain() == {"a": 1, "b": 2}


def test_json_may_be_indented_with_tabs() -> None:
    assert tree_read('{\n\t"a": [1,\n\t\t2]}', "it").plain() == {"a": [1, 2]}


def test_a_tree_is_made_of_json_too() -> None:
    value = {"a": [1, None, {"b": "x"}]}
    assert tree_of(value).plain() == value


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.sampled_from("ab:-[]{}'\"\\&*!|>%@`#?,~ \n\t0.\u2028é😀uUx<"), max_size=60
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    problems = None
    try:
        tree_read(text, "it.yaml")
    except ScenarioInvalid as refused:
        problems = refused.problems
    assert problems is None or all(problem.line >= 1 for problem in problems)
    assert problems != []

from __future__ import annotations

import pytest

from sre_console.gamedays.scenarios.patterns import PatternRefused
from sre_console.gamedays.scenarios.probes import HttpCall, Tolerance
from sre_console.gamedays.scenarios.tolerance import amiss, holds, jsonpath_check

BODY = b'{"data": {"status": "ok", "n": 1, "slos": [{"name": "a", "left": 0.5}, {"name": "b", "left": null}], "it is": true}}'  # fmt: skip


def call(kind: str, pattern: str, *expected: object) -> HttpCall:
    return HttpCall("/", tolerance=Tolerance(kind, pattern, expected))  # type: ignore[arg-type]


def test_the_status_has_to_be_one_of_those_asked_for() -> None:
    assert holds(HttpCall("/", statuses=(200, 204)), 204, b"")
    assert amiss(HttpCall("/"), 503, b"") == "status 503"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.data.status", ()), ("$.data.status", ("down", "ok")), ("$.data.n", (1.0,)),
        ("$.data.slos[0].name", ("a",)), ("$.data.slos[-1].left", (None,)),
        ("$.data.slos[*].name", ("b",)), ("$['data']['it is']", (True,)), ('$["data"].n', (1,)),
        ("$", ()), ("$.data.*", ("ok",)),
    ],
)  # fmt: skip
def test_a_json_path_that_holds(path: str, expected: tuple[object, ...]) -> None:
    assert amiss(call("jsonpath", path, *expected), 200, BODY) == ""


@pytest.mark.parametrize(
    ("path", "expected", "said"),
    [
        ("$.data.status", ("down",), '"ok" at $.data.status'),
        ("$.data.n", (True,), "1 at $.data.n"), ("$.data.n", ("1",), "1 at $.data.n"),
        ("$.data.slos[2]", (), "nothing at $.data.slos[2]"), ("$.data.status[0]", (), "nothing at $.data.status[0]"),
        ("$.data.nothing.more", (), "nothing at $.data.nothing.more"), ("$.data['0']", (), "nothing at $.data['0']"),
    ],
)  # fmt: skip
def test_a_json_path_that_does_not(
    path: str, expected: tuple[object, ...], said: str
) -> None:
    assert amiss(call("jsonpath", path, *expected), 200, BODY) == said


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff", b"NaN", b"[" * 60_000], ids=str.__class__
)
def test_what_is_no_json_leads_nowhere(body: bytes) -> None:
    assert amiss(call("jsonpath", "$"), 200, body) == "no JSON"


def test_text_is_looked_for_as_it_is() -> None:
    assert holds(call("contains", '"ok", "n"'), 200, BODY)
    assert amiss(call("contains", "OK"), 200, BODY) == "no OK in it"


def test_a_regular_expression_may_be_anywhere() -> None:
    assert holds(call("regex", '"n": [0-9]'), 200, BODY)
    assert amiss(call("regex", "^ok"), 200, BODY) == "no match of ^ok"


def test_an_answer_that_is_too_long_is_not_judged() -> None:
    body = b" " * 64 * 1024 + b"x"
    assert amiss(call("contains", "x"), 200, body) == "more than 64 KiB of an answer"


@pytest.mark.parametrize(
    "path", ["", "data", "$data", "$..a", "$.a[?(@.b)]", "$[1:2]", "$.a.", "$[-0x]", "$" + ".a" * 21]
)  # fmt: skip
def test_it_refuses_a_path_that_it_does_not_read(path: str) -> None:
    with pytest.raises(PatternRefused):
        jsonpath_check(path)

"""A new kind of licence is refused until somebody has decided, and the page is what is locked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from supply import licences
from supply.licences import PAGE, Rules, licence, refused
from supply.parts import Part, every

RULES = Rules.load()
PART = Part("npm", "shop", "1.0.0", "product", (), "MIT")


def test_the_page_lists_what_is_locked() -> None:
    rows = re.findall(
        r"^\| ([\w@./-]+) \| ([\w.+!-]+) \|", PAGE.read_text("utf-8"), re.MULTILINE
    )
    listed = {row for row in rows if row != ("part", "version")} - {("---", "---")}
    assert listed == {(part.name, part.version) for part in every()}, "make licences"


def test_every_part_has_a_licence_that_is_allowed() -> None:
    wrong = [p.name for p in every() if refused(p, licence(p, RULES), RULES)]
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "is_refused"),
    [
        ("MIT", False),
        ("MIT OR GPL-2.0-only", False),
        ("MIT AND Apache-2.0", False),
        ("(MIT OR SSPL-1.0) AND ISC", False),
        ("MIT AND GPL-2.0-only", True),
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("SSPL-1.0", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("Do what you like", True),
        ("", True),
    ],
)
def test_what_nobody_has_decided_about_is_refused(
    said: str, *, is_refused: bool
) -> None:
    part = replace(PART, licence=said)
    assert refused(part, licence(part, RULES), RULES) is is_refused


def test_a_tool_may_be_under_what_a_product_may_not() -> None:
    part = replace(PART, licence="GPL-3.0-or-later", use="development")
    assert not refused(part, licence(part, RULES), RULES)


def test_it_is_told_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = PAGE.read_bytes()
    monkeypatch.setattr(licences, "every", lambda: [replace(PART, licence="SSPL-1.0")])
    assert licences.main() == 1
    assert "✗ shop 1.0.0 (product): SSPL-1.0" in capsys.readouterr().out
    assert PAGE.read_bytes() == before

"""The words of the pages' JavaScript: each one it asks for is there, none is left over."""

from __future__ import annotations

import re
from pathlib import Path

from sre_console.access.matrix import ACTIONS
from sre_console.pages.strings import strings

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
# Keys made at run time: `t(`state.${status}`)`.
FAMILIES = re.compile(r"`([a-z.-]+\.)\$\{")
QUOTED = re.compile(r"[\"']([a-z]+(?:\.[a-z0-9_-]+)+)[\"']")
BARE = {"replicas"}  # asked for as a plural, without a dot


def _source() -> str:
    return "\n".join(path.read_text() for path in SCRIPTS.rglob("*.js"))


def _keys() -> set[str]:
    return {re.sub(r"\.(one|other)$", "", key) for key in strings()}


def test_every_text_that_the_scripts_ask_for_exists() -> None:
    prefixes = {key.split(".")[0] for key in strings()}
    asked = {key for key in QUOTED.findall(_source()) if key.split(".")[0] in prefixes}
    missing = {key for key in asked if key not in _keys() and not key.endswith(".js")}
    assert missing <= ACTIONS.keys()  # what a person may do is named like a text


def test_no_text_is_left_over() -> None:
    source = _source()
    used = set(QUOTED.findall(source)) | BARE
    families = tuple(FAMILIES.findall(source))
    left = {key for key in _keys() if key not in used and not key.startswith(families)}
    assert left == set()


def test_a_plural_has_the_form_that_every_language_needs() -> None:
    plurals = {key.removesuffix(".one") for key in strings() if key.endswith(".one")}
    assert plurals
    assert all(f"{key}.other" in strings() for key in plurals)

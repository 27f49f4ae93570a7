"""The tables of docs/guide/access.md are the matrix. Write them anew with:
`.venv/bin/python -m tests.contracts.test_access_guide`
"""

from __future__ import annotations

import re
from pathlib import Path

from sre_console.access.matrix import ACTIONS
from sre_console.access.telling import actions_table, roles_table, scopes_table

GUIDE = Path(__file__).parents[2] / "docs/guide/access.md"
TABLES = {"roles": roles_table, "scopes": scopes_table, "actions": actions_table}
_PLACE = "(<!-- {name} -->\n)(.*?)(\n<!-- end of {name} -->)"


def place(name: str) -> re.Pattern[str]:
    return re.compile(_PLACE.format(name=name), re.DOTALL)


def test_its_tables_are_those_of_the_code() -> None:
    guide = GUIDE.read_text("utf-8")
    for name, table in TABLES.items():
        found = place(name).search(guide)
        assert found is not None, name
        assert found[2] == table(), f"{name}: {__doc__}"


def test_every_action_is_told_in_words_of_its_own() -> None:
    told = [row.told for row in ACTIONS.values()]
    assert len(set(told)) == len(told)


def test_it_tells_the_bounds_of_tokens() -> None:
    from sre_console.accounts.tokens import DEFAULT_DAYS, MOST_DAYS, PREFIX

    guide = GUIDE.read_text("utf-8")
    assert f"{DEFAULT_DAYS} days" in guide
    assert f"{MOST_DAYS}" in guide
    assert f"{PREFIX}[A-Za-z0-9_-]{{43}}" in guide


if __name__ == "__main__":
    text = GUIDE.read_text("utf-8")
    for known, made in TABLES.items():
        text = place(known).sub(lambda found, made=made: found[1] + made() + found[3], text)  # type: ignore[misc]  # fmt: skip
    GUIDE.write_text(text, "utf-8")

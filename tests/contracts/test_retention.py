"""The guide says of each table how long it is kept, and the pruning does that."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

from sre_console.slo import pruning

GUIDE = (Path(__file__).parents[2] / "docs/guide/retention.md").read_text("utf-8")
WORDS = {
    pruning.SAMPLES: "1 hour", pruning.PAST: "30 days", pruning.YEAR: "400 days", 0: "window",
}  # fmt: skip


def told() -> dict[str, str]:
    """Tables, with what is said of them."""
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]*) \|", GUIDE, re.MULTILINE)
    lasting = {
        name: kept for names, kept in rows for name in re.findall(r"`(\w+)`", names)
    }
    stay = "\n".join(
        re.findall(r"^Rows of one line.*?\n\n", GUIDE, re.MULTILINE | re.DOTALL)
    )
    return lasting | dict.fromkeys(re.findall(r"`(\w+)`", stay), "stays")


def test_each_table_has_a_lifetime() -> None:
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }
    assert tables - told().keys() == set()


def test_what_is_pruned_is_told_with_its_age_and_nothing_else_is_pruned() -> None:
    pruned = {table: age for table, _old, age in pruning._TABLES}
    for table, age in pruned.items():
        assert WORDS[age] in told()[table], table
    for kept in (
        "incident",
        "audit_entry",
        "game_day",
        "restore_run",
        "disaster_drill",
    ):
        assert kept not in pruned
        assert told()[kept].startswith(("for good", "`IRONCLAD_AUDIT"))

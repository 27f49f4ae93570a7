"""What drifts of the audit log: kinds of actions, settings that are told, the lock's number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from sre_console.audit.searching import KINDS
from sre_console.audit.services import CHAIN_LOCK
from sre_console.audit.settings_told import SECRET, TOLD

ROOT = Path(__file__).resolve().parents[2]
# An action as it is written: whole, or its beginning where a word is filled in.
ACTION = re.compile(r'action=\(?\s*f?"([a-z_]+(?:\.[a-z_{][^"]*)?)"')
_LOOKS_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|_URL|WEBHOOKS$")


def recorded() -> set[str]:
    found: set[str] = set()
    for file in (ROOT / "sre_console").rglob("*.py"):
        text = file.read_text("utf-8")
        if "audit.services import" in text:
            found.update(ACTION.findall(text))
    return found


def test_every_action_is_of_a_kind_that_can_be_looked_for() -> None:
    actions = recorded()
    assert len(actions) > 40
    begins = tuple(begin for some in KINDS.values() for begin in some)
    assert [action for action in sorted(actions) if not action.startswith(begins)] == []


@pytest.mark.parametrize("name", [*TOLD, *SECRET])
def test_every_setting_that_is_told_is_one(name: str) -> None:
    assert hasattr(settings, name)


def test_no_secret_is_told_as_it_is() -> None:
    harmless = {"CONSOLE_URL", "PASSWORD_LEAST", "ALERT_WEBHOOKS_INTERNAL"}
    assert {name for name in TOLD if _LOOKS_SECRET.search(name)} <= harmless


def test_the_database_takes_the_same_lock() -> None:
    sql = (ROOT / "sre_console/migrations/0016_audit_chain.py").read_text("utf-8")
    assert sql.count(f"pg_advisory_xact_lock({CHAIN_LOCK})") == 2

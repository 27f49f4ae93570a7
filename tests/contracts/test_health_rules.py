"""The alerts about the monitoring itself: they say what all alerts say, and lead somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sre_console.incidents.severity import SEVERITIES
from sre_console.management.commands.prometheus_rules import CONSOLE

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy/monitoring/prometheus"
GROUPS = yaml.safe_load((MONITORING / "health.yaml").read_text())["groups"]
ALERTS: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_it_says_what_it_must_and_has_a_runbook(alert: dict[str, Any]) -> None:
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    assert alert["labels"]["service"] in {"users", "ironclad", "monitoring"}
    assert alert["labels"]["severity"] in {*SEVERITIES, "none"}
    start = f"{CONSOLE}/console/runbooks/"  # where those of rules.yaml are
    assert alert["annotations"]["runbook_url"].startswith(start)
    name = alert["annotations"]["runbook_url"].removeprefix(start)
    book = (ROOT / f"docs/runbooks/{name}.md").read_text("utf-8")
    assert f"`{alert['alert']}`" in book.split("**It means**", maxsplit=1)[0]
    assert f"({name}.md)" in (ROOT / "docs/runbooks/README.md").read_text("utf-8")


def test_only_the_one_that_always_fires_has_no_severity() -> None:
    without = [a["alert"] for a in ALERTS if a["labels"]["severity"] == "none"]
    assert without == ["Watchdog"]


def test_no_name_is_there_twice_nor_among_the_slo_rules() -> None:
    rules = yaml.safe_load((MONITORING / "rules.yaml").read_text())["groups"]
    others = {rule["alert"] for g in rules for rule in g["rules"] if "alert" in rule}
    names = [alert["alert"] for alert in ALERTS]
    assert len(names) == len(set(names))
    assert others.isdisjoint(names)

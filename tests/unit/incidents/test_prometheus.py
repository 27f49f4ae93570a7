from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sre_console.incidents.prometheus import rule_file
from sre_console.management.commands.prometheus_rules import CONSOLE
from sre_console.slo.promql import duration, statuses_from
from tests.unit.incidents.test_rules import SLOS, shipped

STORED = Path(__file__).parents[3] / "deploy/monitoring/prometheus/rules.yaml"


def made(scale: float = 1) -> str:
    return rule_file(SLOS, shipped(), scale=scale, console=CONSOLE)


def alert(name: str, *, scale: float, slo: str | None = None) -> dict[str, Any]:
    group, _budgets = yaml.safe_load(made(scale))["groups"]
    (found,) = [
        each
        for each in group["rules"]
        if each.get("alert") == name and each["labels"].get("slo") == slo
    ]
    assert isinstance(found, dict)
    return found


def test_the_stored_file_is_not_stale() -> None:
    assert STORED.read_text() == made(), "run `make rules`"


def test_every_rule_is_in_it() -> None:
    group, _budgets = yaml.safe_load(made())["groups"]
    names = {each["alert"] for each in group["rules"] if "alert" in each}
    assert names == {rule.name for rule in shipped().rules}


def test_a_burn_rate_rule_judges_both_windows_and_enough_events() -> None:
    assert alert("ErrorBudgetBurn6h", scale=1, slo="error-rate")["expr"] == (
        '(slo:sli_error:ratio_rate6h{slo="error-rate"} / 0.01 > 6.0000000060000005)\n'
        'and (slo:sli_error:ratio_rate30m{slo="error-rate"} / 0.01 > 6.0000000060000005)\n'
        "and on () (sli:events:increase6h >= 10)"
    )


def test_a_rehearsal_divides_durations_and_leaves_thresholds() -> None:
    high = alert("HighErrorRate", scale=60)
    assert high["for"] == "5s"
    assert "[5s]" in high["expr"]
    assert "> 0.05" in high["expr"]
    assert yaml.safe_load(made(60))["groups"][0]["interval"] == "1s"


def test_every_alert_says_what_it_must() -> None:
    group, _budgets = yaml.safe_load(made())["groups"]
    for each in group["rules"]:
        if "alert" in each:
            assert set(each["annotations"]) == {"summary", "description", "runbook_url"}
            assert {"severity", "service"} <= set(each["labels"])
            assert re.search(r"\{(?!\{)[a-z]", each["annotations"]["summary"]) is None


@pytest.mark.parametrize(
    ("seconds", "scale", "spelt"),
    [
        (300, 1, "5m"),
        (300, 60, "5s"),
        (259_200, 1, "3d"),
        (259_200, 60, "72m"),
        (30, 400, "75ms"),
    ],
)
def test_durations_are_spelt_without_fractions(
    seconds: float, scale: float, spelt: str
) -> None:
    assert duration(timedelta(seconds=seconds), scale) == spelt


@pytest.mark.parametrize("first", [400, 408, 410, 429, 451, 490, 499, 500, 503, 599])
def test_statuses_are_those_from_the_first_on(first: int) -> None:
    pattern = re.compile(statuses_from(first))
    matched = [status for status in range(100, 600) if pattern.fullmatch(str(status))]
    assert matched == list(range(first, 600))

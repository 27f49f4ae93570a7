from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sre_console.incidents.rules import AlertRule, Burn, Catalogue, Limit, load
from sre_console.slo import windows
from sre_console.slo.documents import DocumentInvalid
from sre_console.slo.objectives import load as slos_load

SHIPPED = Path(__file__).parents[3] / "deploy" / "slo"
SLOS = slos_load(SHIPPED)
PAIRS = windows.load(SHIPPED / "windows.yaml")


def shipped() -> Catalogue:
    return load(SHIPPED / "alerts.yaml", SLOS, PAIRS)


def rule(name: str, slo: str | None = None) -> AlertRule:
    found = shipped().rule(name, slo)
    assert found is not None
    return found


def test_every_slo_has_a_rule_for_each_pair_of_windows() -> None:
    found = {
        (r.name, r.severity, r.condition.threshold)
        for r in shipped().rules
        if r.slo == "latency" and isinstance(r.condition, Burn)
    }
    assert {(name, severity) for name, severity, _ in found} == {
        ("ErrorBudgetBurn1h", "page"),
        ("ErrorBudgetBurn6h", "page"),
        ("ErrorBudgetBurn1d", "ticket"),
        ("ErrorBudgetBurn3d", "ticket"),
    }
    assert sorted(round(t, 9) for *_, t in found) == [1, 3, 6, 14.4]


def test_the_two_promised_threshold_alerts_are_as_promised() -> None:
    five = timedelta(minutes=5)
    errors, latency = rule("HighErrorRate"), rule("HighLatency")
    assert errors.condition == Limit("errorRatio", "above", 0.05, "5m")
    assert (errors.severity, errors.hold) == ("critical", five)
    assert latency.condition == Limit("latencyP95", "above", 0.5, "5m")
    assert (latency.severity, latency.hold) == ("warning", five)


def test_a_signal_of_each_slo_makes_a_rule_for_each() -> None:
    slos = [r.slo for r in shipped().rules if r.name == "ErrorBudgetSpent"]
    assert slos == ["availability", "latency", "error-rate"]


@pytest.mark.parametrize(
    ("comparison", "value", "exceeded"),
    [
        ("above", 0.05, False),
        ("above", 0.0501, True),
        ("below", 0.05, False),
        ("below", 0.0499, True),
        ("atMost", 0.05, True),
        ("atMost", 0.0501, False),
        ("above", None, False),
        ("below", None, False),
    ],
)
def test_a_value_exactly_at_the_limit_is_within(
    comparison: str, value: float | None, exceeded: bool
) -> None:
    limit = Limit("errorRatio", comparison, 0.05, "5m")  # type: ignore[arg-type]
    assert limit.exceeded(value) is exceeded


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Catalogue]:
    def load_changed(old: str, new: str) -> Catalogue:
        text = (SHIPPED / "alerts.yaml").read_text()
        assert old in text
        (tmp_path / "alerts.yaml").write_text(text.replace(old, new, 1))
        return load(tmp_path / "alerts.yaml", SLOS, PAIRS)

    return load_changed


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("above: 0.05\n", "below: 0.1\n      above: 0.05\n", "needs one of above"),
        ("      above: 0.05\n", "", "needs one of above"),
        ("signal: errorRatio", "signal: errors", "signal: must be 'errorRatio'"),
        ("severity: critical", "severity: huge", "severity: must be 'page'"),
        ("      window: 5m\n", "", "errorRatio is measured over a window"),
        ("window: 5m", "window: 7m", "window: must be one of 5m"),
        ("{value} of requests", "{rate} of requests", "{rate} is not known here"),
        ("{value} of requests", "{value of requests", "is not a template"),
        ("minimumEvents: 10", "minimumEvents: 0", "minimumEvents: must be a whole"),
        ("name: HighLatency", "name: HighErrorRate", "HighErrorRate is there twice"),
        ("for: 5m", "for: soon", "for: 'soon' is not a duration"),
        ("opens: notice", "opens: nothing", "opens: must be 'incident'"),
    ],
)
def test_what_is_wrong_is_named(
    changed: Callable[[str, str], Catalogue], old: str, new: str, told: str
) -> None:
    with pytest.raises(DocumentInvalid) as refusal:
        changed(old, new)
    assert told in str(refusal.value)
    assert "alerts.yaml" in str(refusal.value)

"""Every query of every dashboard, and what every rule measures, has data in the fleet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.harness.waiting import until
from tests.stack.dashboards import NAMES, everything
from tests.stack.fleet import Fleet, Sent
from tests.stack.measured import alternatives
from tests.stack.observed import Moments, has_data, moments, rules

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

# Those that are empty while all is well, by panel and legend. The fleet's fault fills them.
# A deployment is marked for five minutes, and the fleet is younger than that.
IN_A_FAULT = {
    ("annotation", "Faults"),  # injected
    ("annotation", "Alerts"),  # firing
    ("Alerts", ""),  # pending or firing
    ("Feature use", "{{feature}}"),  # an operator sets it
}
# Others may be pending at any time, and a feature used before.
EMPTY_WITHOUT = {("annotation", "Faults"), ("annotation", "Alerts")}
# Marked when it opens.
OPENED = ("annotation", "Incidents")
# Their `or` stands in for the part that only then has data.
PARTLY_IN_A_FAULT = {("Alerts firing", "firing")}
# What an alert measures only while something is broken: the test breaks it.
BROKEN = "kube_pod_container_status_waiting_reason"
CRASHING = (
    f"# TYPE {BROKEN} gauge\n"
    f'{BROKEN}{{namespace="ironclad-demo",pod="backend-0",uid="0",'
    'container="backend",reason="CrashLoopBackOff"} 1'
)
CONSTANT = {"Watchdog"}  # always fires, and measures nothing


@pytest.fixture(scope="module")
def at(ships: Fleet, told: Sent) -> Moments:
    return moments(ships.prometheus)


def test_every_query_of_every_dashboard_has_data(ships: Fleet, at: Moments) -> None:
    without = []
    for target in everything():
        key = (target.panel, target.legend)
        when = at.fault if key in IN_A_FAULT else at.healthy
        parts = alternatives(target.filled)
        if key in PARTLY_IN_A_FAULT:
            when = at.fault
        if key == OPENED:
            when = at.opened
        if not all(has_data(ships.prometheus, part, when) for part in parts):
            without.append(str(target))
    assert not without, "\n".join(without)


def test_what_tells_of_trouble_is_empty_without(ships: Fleet, at: Moments) -> None:
    for target in everything():
        if (target.panel, target.legend) in EMPTY_WITHOUT:
            assert not has_data(ships.prometheus, target.filled, at.healthy), target


def test_each_exception_is_of_a_query_that_there_is() -> None:
    keys = {(target.panel, target.legend) for target in everything()}
    assert keys >= IN_A_FAULT | PARTLY_IN_A_FAULT | {OPENED}


def test_each_dashboard_is_among_them() -> None:
    assert len({target.dashboard for target in everything()}) == len(NAMES)


def test_every_rule_is_evaluated_and_measures_something(
    ships: Fleet, at: Moments
) -> None:
    without = []
    for rule in rules(ships.prometheus):
        assert not rule.trouble, rule
        assert rule.parts or rule.name in CONSTANT, rule
        without += [
            f"{rule.name}: {part}"
            for part in rule.parts
            if BROKEN not in part and not has_data(ships.prometheus, part, at.healthy)
        ]
    assert not without, "\n".join(without)


@pytest.fixture
def crashing(ships: Fleet) -> Iterator[None]:
    recording = ships.exporters.kube_state_metrics
    recording.more = CRASHING
    yield
    recording.more = ""


@pytest.mark.usefixtures("crashing")
def test_a_container_that_does_not_stay_up_is_seen(ships: Fleet, at: Moments) -> None:
    parts = [
        part
        for rule in rules(ships.prometheus)
        for part in rule.parts
        if BROKEN in part
    ]
    assert len(parts) == 1
    until(lambda: has_data(ships.prometheus, parts[0]), 10, "it is scraped")

"""Whom Alertmanager tells of what, by its own word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until
from tests.stack.fleet import Configured
from tests.stack.tools import MONITORING, well

pytestmark = [pytest.mark.stack, pytest.mark.patient]
CONFIG = MONITORING / "alertmanager/alertmanager.yaml"


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        (
            "alertname=ErrorBudgetBurn1h severity=page service=users",
            "incidents,on-call",
        ),
        (
            "alertname=HighErrorRate severity=critical service=users",
            "incidents,on-call",
        ),
        ("alertname=ErrorBudgetBurn3d severity=ticket service=users", "incidents"),
        ("alertname=HighLatency severity=warning service=users", "incidents"),
        ("alertname=Watchdog severity=none service=monitoring", "watchdog"),
        ("alertname=SomebodysOwn", "incidents"),
    ],
)
def test_each_severity_reaches_whom_it_should(labels: str, receivers: str) -> None:
    said = well(
        "amtool",
        "config",
        "routes",
        "test",
        f"--config.file={CONFIG}",
        f"--verify.receivers={receivers}",
        *labels.split(),
    )
    assert said.strip().splitlines()[-1] == receivers


Labels = Mapping[str, str]
PAGE = {"alertname": "ErrorBudgetBurn1h", "severity": "page", "slo": "availability"}
TICKET = PAGE | {"alertname": "ErrorBudgetBurn3d", "severity": "ticket"}
DOWN = {"alertname": "DatabaseDown", "severity": "critical"}
SLOW = {"alertname": "HighLatency", "severity": "warning"}
ABSENT = {"alertname": "BackendAbsent", "severity": "critical", "app": "backend"}
UNASKED = {"alertname": "TargetDown", "severity": "warning", "app": "backend"}
CRASHES = {"alertname": "PodCrashLooping", "severity": "warning", "pod": "backend-0"}
RESTARTS = CRASHES | {"alertname": "PodRestarts"}


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Configured]:
    """With the cluster's file; its receiver is not there, and nobody waits for it."""
    folder: Path = tmp_path_factory.mktemp("alertmanager")
    with Configured(
        "prometheus-alertmanager",
        folder,
        free_port(),
        f"--config.file={CONFIG}",
        "--storage.path=data",
        "--cluster.listen-address=",
    ) as running:
        yield running


def muted(alertmanager: Configured, cause: Labels, effect: Labels, run: str) -> bool:
    """Whether one keeps the other from being told; `run` keeps the cases apart."""
    both = [{**cause, "namespace": run}, {**effect, "namespace": run}]
    alerts = [{"labels": {"service": "users", **each}} for each in both]
    url = f"{alertmanager.url}/api/v2/alerts"
    assert httpx.post(url, json=alerts, timeout=5).status_code == 200

    def processed() -> dict[str, bool] | None:
        found = httpx.get(url, params={"filter": f'namespace="{run}"'}, timeout=5)
        told = {
            each["labels"]["alertname"]: bool(each["status"]["inhibitedBy"])
            for each in found.json()
            if each["status"]["state"] != "unprocessed"
        }
        return told if len(told) == 2 else None

    judged = until(processed, 10, "both alerts are routed")
    assert not judged[cause["alertname"]]
    return judged[effect["alertname"]]


@pytest.mark.parametrize(
    ("cause", "effect"),
    [(PAGE, TICKET), (ABSENT, UNASKED), (CRASHES, RESTARTS)],
    ids=lambda each: each["alertname"],
)
def test_a_cause_mutes_what_only_repeats_it(
    alertmanager: Configured, cause: Labels, effect: Labels
) -> None:
    assert muted(alertmanager, cause, effect, f"same {effect['alertname']}")


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        (PAGE, TICKET | {"slo": "latency"}),
        (ABSENT, UNASKED | {"app": "redis"}),
        (CRASHES, RESTARTS | {"pod": "backend-1"}),
    ],
    ids=lambda each: each["alertname"],
)
def test_it_mutes_nothing_of_another(
    alertmanager: Configured, cause: Labels, effect: Labels
) -> None:
    assert not muted(alertmanager, cause, effect, f"other {effect['alertname']}")


def test_a_database_that_is_down_mutes_slowness_and_no_page(
    alertmanager: Configured,
) -> None:
    assert not muted(alertmanager, DOWN, PAGE, "a page")
    assert muted(alertmanager, DOWN, SLOW, "slow")

"""The fleet, and its one story: healthy, a fault until people were told, healthy again.

That the incident then resolves itself takes a quiet time, which is not waited for here.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import migrated as migrated  # noqa: PLC0414
from tests.acceptance.conftest import setup as setup  # noqa: PLC0414
from tests.acceptance.harness.databases import fresh_database
from tests.acceptance.harness.processes import Setup
from tests.acceptance.harness.waiting import until
from tests.stack.fleet import Fleet, Sent, Traffic, fleet
from tests.stack.observed import TOLD_IN_A_FAULT

SERVICE = 'app="backend", route=~"/api/users.*"'
REQUESTS = f"sum(http_requests_total{{{SERVICE}}})"
FAILED = f'sum(http_requests_total{{{SERVICE}, status=~"5.."}})'
FAST = "ErrorBudgetBurn1h"
RATE = 0.07
RECORDED = 2.0  # seconds between two records of a whole SLO period


@pytest.fixture(scope="package")
def ships(migrated: str) -> Iterator[Fleet]:
    with (
        tempfile.TemporaryDirectory(prefix="ironclad-fleet-") as folder,
        fresh_database(os.environ["DATABASE_URL"], template=migrated) as url,
        fleet(Setup(url, Path(folder)), Path(folder)) as started,
    ):
        yield started


@pytest.fixture(scope="package")
def before(ships: Fleet) -> int:
    """Requests of the healthy days before, as Prometheus' SLOs count them.

    `increase` extends a series to now while its last sample is less than a step old, and by
    half a step afterwards: only then does the figure stand still.
    """
    seen = [until(lambda: counted_by_slos(ships), 60, "SLOs come from Prometheus")]

    def still() -> bool:
        time.sleep(2 * RECORDED)
        seen.append(counted_by_slos(ships))
        return 0 < seen[-1] == seen[-2]

    until(still, 60, "SLOs from Prometheus stand still")
    return seen[-1]


def counted_by_slos(ships: Fleet) -> int:
    report = ships.get("/api/slo")
    prometheus = report["source"]["name"] == "prometheus"
    return int(report["slos"][0]["total"]) if prometheus else 0


@pytest.fixture(scope="package")
def told(ships: Fleet, before: int) -> Sent:
    """A healthy time, a 7 % fault until people were told, and a healthy one again."""
    with Traffic(ships.setup, ships.nginx.url) as traffic:
        until(lambda: (ships.prometheus.value(REQUESTS) or 0) > 250, 40, "traffic")
        ships.post("/api/chaos", {"errorRate": RATE, "reason": "seen by the fleet"})
        until(lambda: FAST in _alerts(ships), 40, f"Alertmanager has told of {FAST}")
        # The evaluator stands in while Prometheus is not heard of, and may be the first to tell.
        until(
            lambda: ships.prometheus.value(TOLD_IN_A_FAULT) is not None,
            40,
            "Prometheus pages as well",
        )
        until(lambda: (ships.prometheus.value(FAILED) or 0) > 35, 40, "enough failed")
        ships.post("/api/chaos/disable")
        until(lambda: FAST not in ships.firing(), 40, f"{FAST} clears")
        return traffic.finish()


def _alerts(ships: Fleet) -> set[str]:
    return {name for each in ships.get("/api/incidents") for name in each["alerts"]}

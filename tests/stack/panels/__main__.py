"""Writes docs/dashboards.md and its pictures from a real run: python -m tests.stack.panels

Three replicas with traffic, a minute and a half of health, then 7 % errors until a page has
fired and half a minute more: the moment that is shown.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import httpx

from ironclad.embedded.binaries import BUILT_IN
from ironclad.embedded.home import CHECKOUT
from ironclad.embedded.scratch import scratch
from tests.acceptance.harness.consoles import sign_in
from tests.acceptance.harness.databases import fresh_database
from tests.acceptance.harness.processes import Setup
from tests.acceptance.harness.waiting import until
from tests.browser.chromium import chromium
from tests.stack.dashboards import NAMES
from tests.stack.fleet import Fleet, Traffic, fleet
from tests.stack.panels.answers import Dashboard, ask, upto
from tests.stack.panels.page import PICTURES, rewrite
from tests.stack.panels.picture import photograph

PAGE = CHECKOUT / "docs" / "dashboards.md"
FOLDER = PAGE.parent / PICTURES
FAULT = {"errorRate": 0.07, "ttlSeconds": 300, "reason": "7 % errors for the picture"}
_HEALTHY, _AFTER = 90, 30  # seconds
PAGES = ("live", "alerts", "incidents", "resilience", "live")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        scratch(BUILT_IN) as server,
        fresh_database(server, "ironclad") as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        setup = Setup(url, Path(folder))
        setup.prepare()
        with fleet(setup, Path(folder)) as ships:
            dashboards = _run(ships)
    rewrite(PAGE, dashboards)
    with chromium() as browser:
        for each in dashboards:
            photograph(browser, each, FOLDER)


def _run(ships: Fleet) -> list[Dashboard]:
    with Traffic(ships.setup, ships.nginx.url):
        until(lambda: ships.get("/api/traffic")["ok"] > 100, 60, "traffic")
        time.sleep(15)  # a rate's whole interval
        began = time.time()
        time.sleep(2)  # to be seen before anything is used
        _look_around(ships)
        time.sleep(_HEALTHY)
        ships.post("/api/chaos", FAULT)
        until(lambda: _paged(ships), 90, "a page for what was injected")
        time.sleep(_AFTER)
        span = upto(time.time() - 1, began)
        return [ask(ships.prometheus, name, span) for name in NAMES]


def _paged(ships: Fleet) -> bool:
    """Of the objective that the fault breaks: a slow machine may miss another one."""
    query = (
        'ALERTS{alertname="ErrorBudgetBurn1h", slo="availability", alertstate="firing"}'
    )
    answer = ships.prometheus.get("/api/v1/query", query=query)
    return bool(answer["data"]["result"])


def _look_around(ships: Fleet) -> None:
    """As somebody would who has just come."""
    cookie = sign_in(ships.replicas[0])
    for page in PAGES:
        url = f"{ships.replicas[0].url}/console/{page}"
        httpx.get(url, headers={"Cookie": cookie}, timeout=20)


if __name__ == "__main__":
    main()

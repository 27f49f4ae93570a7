"""A drill in a browser: nothing on Live tells the fault, and the right diagnosis does."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from sre_console.gamedays.drill.pick import Diagnosis
from sre_console.gamedays.scenarios.reading import scenario_from
from tests.acceptance.harness.waiting import PATIENCE
from tests.browser.game_days import calm
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(240 * PATIENCE),
]


def hidden(stage: Stage) -> Diagnosis:
    """What the running drill hides, from the database."""
    document = stage.query("SELECT document FROM game_day ORDER BY id DESC LIMIT 1")
    fault = scenario_from(document[0][0]).steps[0].fault
    assert fault is not None
    return Diagnosis.of(fault)


def test_a_drill_is_found_and_then_told(page: Page, stage: Stage) -> None:
    calm(stage)
    LivePage(page).open(stage.url, "/console/drill")
    page.get_by_role("button", name="Hide a fault").click()
    # it begins with a beat, and the page looks again
    left = page.locator("[data-left]")
    expect(left).to_have_text(re.compile(r"04:\d\d"), timeout=20_000)
    LivePage(page).open(stage.url).wait_for_news(2)
    expect(page.locator("[data-in-force]")).to_have_text("a drill: find it")
    expect(page.locator("[data-stop]")).to_contain_text("a drill's fault is on")
    plan = json.dumps(stage.server.get("/api/chaos"))
    assert json.loads(plan)["concealed"]
    truth = hidden(stage)
    LivePage(page).open(stage.url, "/console/drill")
    for name in ("what", "amount", "which"):
        page.locator(f"input[name={name}][value={getattr(truth, name)}]").check()
    page.get_by_role("button", name="Roll it back").click()
    page.wait_for_url("**/console/drill/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"\d.*(failed|longer)")
    )
    expect(page.locator(".marks")).to_have_text("found")
    LivePage(page).open(stage.url)
    expect(page.locator("[data-in-force]")).to_have_text("none in force")

"""A game day holds the faults: the panel says so, and its controls are off until it ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]

HOLD = """
from sre_console.audit.actor import SYSTEM
from sre_console.chaos.holding import plan_hold
from sre_console.chaos.plan import FaultSpec
plan_hold(
    holder="game-day-7", title="Progressive errors", spec=FaultSpec(error_rate=0.07),
    reason="step 1", actor=SYSTEM,
)
"""


def test_a_held_panel_says_who_holds_it_until_the_stop(
    live: LivePage, stage: Stage
) -> None:
    held = live.page.locator("[data-held]")
    expect(held).to_be_hidden()
    stage.setup.manage("shell", "--no-imports", "-c", HOLD)
    expect(held).to_contain_text("Game day 7 holds the faults")
    expect(held.get_by_role("link", name="Open game day 7")).to_have_attribute(
        "href", "/console/game-days/7"
    )
    for fault in ("errors", "latency"):
        expect(live.slider(fault)).to_be_disabled()
    expect(live.page.locator("[data-extend]")).to_be_disabled()
    number = live.page.locator("[data-fault=errors] [data-number]")
    expect(number).to_have_value("7")
    live.stop.click()
    expect(held).to_be_hidden()
    expect(live.slider("errors")).to_be_enabled()

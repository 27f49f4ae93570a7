"""Everything without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.acceptance.harness.waiting import until
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]
AT_ONCE = 10  # seconds; how soon it has to be is seen elsewhere, on a calm machine

_FOCUSED = """
() => {
  const { activeElement: at } = document;
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return { ring, name: `${at.tagName} ${at.className} ${at.textContent.trim().slice(0, 20)}` };
}
"""


def test_a_fault_is_set_and_stopped_by_keys_alone(live: LivePage, stage: Stage) -> None:
    keyboard = live.page.keyboard
    keyboard.press("e")
    expect(live.slider("errors")).to_be_focused()
    for _ in range(3):
        keyboard.press("PageUp")  # from mark to mark: 1, 3, 7
    assert not _enabled(stage)
    keyboard.press("Enter")
    until(lambda: _rate(stage) == 0.07, AT_ONCE, "Enter applies 7 %")
    keyboard.press("x")
    until(lambda: not _enabled(stage), AT_ONCE, "x stops it")


def test_escape_goes_back_to_what_is_in_force(live: LivePage, stage: Stage) -> None:
    live.page.keyboard.press("e")
    live.page.keyboard.press("PageUp")
    live.page.keyboard.press("Escape")
    live.page.keyboard.press("Enter")
    live.wait_for_news(2)
    assert not _enabled(stage)


def test_a_number_can_be_typed(live: LivePage, stage: Stage) -> None:
    field = live.page.locator("[data-fault=errors] [data-number]")
    field.focus()
    field.fill("2.5")
    field.press("Enter")
    until(lambda: _rate(stage) == 0.025, AT_ONCE, "2.5 % is in force")


def test_a_question_mark_lists_the_keys(live: LivePage) -> None:
    live.page.keyboard.press("?")
    expect(live.page.locator("#keys")).to_be_visible()
    live.page.keyboard.press("Escape")
    expect(live.page.locator("#keys")).not_to_be_visible()


def test_every_stop_of_the_tab_key_can_be_seen(live: LivePage) -> None:
    seen = []
    for _ in range(40):
        live.page.keyboard.press("Tab")
        focused = live.page.evaluate(_FOCUSED)
        if focused["name"].startswith("BODY"):
            break  # round once
        seen.append(focused["name"])
        assert focused["ring"], f"no focus ring on {focused['name']}"
    assert len(set(seen)) > 10


def _enabled(stage: Stage) -> bool:
    plan = stage.server.get("/api/chaos")
    assert isinstance(plan, dict)
    return bool(plan["enabled"])


def _rate(stage: Stage) -> float:
    plan = stage.server.get("/api/chaos")
    assert isinstance(plan, dict)
    return float(plan["errorRate"])

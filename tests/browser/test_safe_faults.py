"""A name is typed before a wide fault; the lever is told in every open console at once."""

from __future__ import annotations

import json

import psycopg
import pytest
from playwright.sync_api import Route, expect

from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]
ASKED = {
    "data": None,
    "errors": [{"code": "CONFLICT", "message": "Wide.", "field": "confirm"}],
}


def test_a_wide_fault_waits_for_the_name_and_escape_puts_the_slider_back(
    live_unwatched: LivePage, stage: Stage
) -> None:
    page, sent = live_unwatched.page, []

    def judge(route: Route) -> None:
        """What the server of an environment that asks would say."""
        body = json.loads(route.request.post_data or "{}")
        sent.append(body.get("confirm"))
        if "confirm" in body:
            route.continue_()
        else:
            answer = json.dumps(ASKED)
            route.fulfill(status=409, content_type="application/json", body=answer)

    page.route("**/api/chaos", judge)
    preset = page.locator("[data-fault=errors] [data-presets]").get_by_text("3")
    dialog = page.get_by_role("dialog", name="This is REHEARSAL")
    field = dialog.get_by_label("Type rehearsal to apply it")
    preset.click()
    expect(dialog).to_contain_text("3 % of the requests to /api/users in REHEARSAL")
    expect(dialog).to_contain_text("of the budget a minute")
    expect(field).to_be_focused()
    field.fill("production")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    number = page.locator("[data-fault=errors] [data-number]")
    expect(number).to_have_value("0")
    assert sent == [None]
    preset.click()
    field.fill("rehearsal")
    page.keyboard.press("Enter")
    expect(page.locator("[data-faults][data-error-rate='0.03']")).to_be_attached()
    assert sent == [None, None, "rehearsal"]
    page.unroute("**/api/chaos")
    stage.clear()


def test_the_lever_is_pulled_with_a_reason_and_switches_the_sliders_off(
    live: LivePage, stage: Stage
) -> None:
    page = live.page
    ribbon = page.get_by_role("complementary", name="Environment")
    expect(ribbon).to_contain_text("REHEARSAL")
    banner = page.locator("[data-no-faults]")
    expect(banner).to_be_hidden()
    page.get_by_role("button", name="No faults…").click()
    page.get_by_label("Why; whoever is refused reads it").fill("migration")
    page.keyboard.press("Enter")
    expect(banner).to_contain_text("migration")
    expect(banner).to_contain_text("Only an administrator releases it")
    expect(live.slider("errors")).to_be_disabled()
    page.goto(stage.url + "/console/reports")
    expect(banner).to_contain_text("NO FAULTS pulled by operator")
    with psycopg.connect(stage.setup.database_url) as connection:
        connection.execute("UPDATE no_faults SET pulled = false")
    expect(banner).to_be_hidden()

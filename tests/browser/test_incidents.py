"""From burn to page to lesson, as a person sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.browser.complaints import Complaints
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]
SECOND = 1000


@pytest.fixture
def page(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> Iterator[Page]:
    page = contexts(storage_state=operator_state).new_page()
    complaints = Complaints(page)
    yield page
    stage.clear()
    assert complaints.found == []


def test_an_incident_opens_is_worked_on_and_ends(page: Page, stage: Stage) -> None:
    live = LivePage(page).open(stage.url)
    stage.server.post("/api/chaos", {"errorRate": 1, "reason": "everything fails"})
    toast = page.locator(".toast", has_text="Page: incident")
    expect(toast).to_be_visible(timeout=10 * SECOND)
    expect(page.locator("[data-open-incidents]")).to_have_text("1")
    expect(page).to_have_title(re.compile("^▲ "))
    toast.get_by_role("button", name="Open").click()
    page.wait_for_url("**/console/incidents/*")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".timeline")).to_contain_text("Acknowledged")
    page.get_by_label("What have you seen").fill("All of it fails.\nEnding the fault.")
    page.get_by_role("button", name="Add a comment").click()
    expect(page.locator(".timeline")).to_contain_text("Ending the fault.")
    # its parts are read again by themselves: the page is not loaded anew
    page.evaluate("window.same = true")
    page.keyboard.press("x")
    expect(page.locator(".marks")).to_contain_text("resolved", timeout=90 * SECOND)
    expect(page.locator(".timeline")).to_contain_text("clears")
    assert page.evaluate("window.same") is True
    expect(page.locator(".facts")).not_to_contain_text("\u2013")
    expect(page.locator("[data-open-incidents]")).to_be_hidden()
    del live


def test_the_alerts_page_moves_and_leads_to_the_runbook(
    page: Page, stage: Stage
) -> None:
    page.goto(stage.url + "/console/alerts")
    row = page.locator("[data-alert=ErrorBudgetBurn1h][data-slo=availability]")
    expect(row).to_contain_text("quiet")
    root = page.locator("[data-live]")
    expect(root).to_have_attribute("data-seq", re.compile("[0-9]+"))
    stage.server.post("/api/chaos", {"errorRate": 1, "reason": "again"})
    expect(row).to_contain_text("firing", timeout=10 * SECOND)
    row.get_by_role("link", name="what to do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Error budget burn")


def test_the_sound_is_off_until_somebody_wants_it(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/console/incidents")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sound at a page: off").click()
    expect(page.get_by_role("button", name="Sound at a page: on")).to_be_visible()
    page.reload()
    page.locator(".menu summary").click()
    expect(page.get_by_role("button", name="Sound at a page: on")).to_be_visible()


def test_incidents_are_filtered_by_the_address(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/console/incidents?state=resolved")
    expect(page.get_by_label("State")).to_have_value("resolved")
    page.get_by_label("State").select_option("unresolved")
    page.wait_for_url("**state=unresolved*")

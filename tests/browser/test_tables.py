"""Tables that sort and filter by links, while their rows move."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.harness.waiting import PATIENCE
from tests.browser.stage import Stage

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(120 * PATIENCE),
]
SECOND = 1000 * PATIENCE


@pytest.fixture(scope="module")
def stage(own_stage: Stage) -> Stage:
    return own_stage


def test_a_table_stays_sorted_and_in_hand_while_it_moves(
    page: Page, stage: Stage
) -> None:
    page.goto(stage.url + "/console/alerts?slo=availability")
    head = page.get_by_role("link", name="Alert", exact=True)
    head.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**slo=availability&sort=name#sort-name")
    expect(head).to_be_focused()
    expect(page.get_by_role("columnheader", name="Alert")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page.locator("[data-live]")).to_have_attribute(
        "data-seq", re.compile("[0-9]+")
    )
    names = page.locator("[data-alert]").evaluate_all("rows => rows.map((r) => r.id)")
    assert names == sorted(names)
    page.evaluate("window.same = true")
    stage.server.post("/api/chaos", {"errorRate": 1, "reason": "rows move"})
    row = page.locator("[id=ErrorBudgetBurn1h-availability]")
    expect(row).to_contain_text("firing", timeout=15 * SECOND)
    assert page.evaluate("window.same") is True
    expect(head).to_be_focused()
    again = page.locator("[data-alert]").evaluate_all("rows => rows.map((r) => r.id)")
    assert again == names
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=-name#sort-name")


def test_the_row_that_an_address_leads_to_stays_marked(
    page: Page, stage: Stage
) -> None:
    page.goto(stage.url + "/console/alerts#ErrorBudgetBurn1h-availability")
    row = page.locator("[id=ErrorBudgetBurn1h-availability]")
    other = page.locator("[id=ErrorBudgetBurn1h-latency]")
    expect(row).to_have_css("outline-style", "solid")
    expect(other).to_have_css("outline-style", "none")
    expect(row).to_be_in_viewport()
    expect(page.locator("[data-live]")).to_have_attribute(
        "data-seq", re.compile("[0-9]+")
    )
    page.evaluate("document.querySelector('[data-alert]').dataset.old = '1'")
    stage.server.post("/api/chaos", {"errorRate": 1, "reason": "rows move"})
    expect(page.locator("[data-old]")).to_have_count(0, timeout=15 * SECOND)
    expect(row).to_have_css("outline-style", "solid")
    other.get_by_role("link", name="ErrorBudgetBurn1h", exact=True).click()
    expect(other).to_have_css("outline-style", "solid")
    expect(row).to_have_css("outline-style", "none")


def test_filters_submit_by_themselves_and_keep_the_order(
    page: Page, stage: Stage
) -> None:
    page.goto(stage.url + "/console/alerts?sort=name")
    everything = page.locator("[data-alert]").count()
    assert everything > 3
    page.get_by_label("Severity").select_option("page")
    page.wait_for_url(re.compile(r"alerts\?severity=page&sort=name$"))
    page.get_by_label("Name").fill("6h")
    page.get_by_label("Name").press("Enter")
    page.wait_for_url(re.compile(r"severity=page&q=6h&sort=name$"))
    expect(page.locator("[data-alert]")).to_have_count(3)
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("[data-alert]")).to_have_count(everything)

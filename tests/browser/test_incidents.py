"""From burn to page to lesson, as a person sees it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.harness.waiting import PATIENCE, until
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(180 * PATIENCE),
]
SECOND = 1000 * PATIENCE


@pytest.fixture(scope="module")
def stage(own_stage: Stage) -> Stage:
    return own_stage


def test_an_incident_opens_is_worked_on_and_ends(page: Page, stage: Stage) -> None:
    live = LivePage(page).open(stage.url)
    # A page after 4.3 s; the ticket that would last for minutes only after 21.6.
    stage.server.post("/api/chaos", {"errorRate": 0.2, "reason": "a fifth fails"})
    toast = page.locator(".toast", has_text="Page: incident")
    expect(toast).to_be_visible(timeout=10 * SECOND)
    expect(page.locator("[data-open-incidents]")).to_have_text("1")
    expect(page).to_have_title(re.compile("^▲ "))
    toast.get_by_role("button", name="Open").click()
    page.wait_for_url("**/console/incidents/*")
    root = page.locator("[data-live]")
    expect(root).to_have_attribute("data-seq", re.compile("[0-9]+"))
    page.keyboard.press("x")
    expect(page.locator(".timeline")).to_contain_text("Fault over")
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("Acknowledged")
    page.get_by_label("What have you seen").fill(
        "A fifth of it fails.\nThe fault is over."
    )
    page.get_by_role("button", name="Add a comment").click()
    expect(page.locator(".timeline")).to_contain_text("The fault is over.")
    first = page.locator(".checks li").first
    first.get_by_role("button").click()
    expect(page.locator(".checks summary").first).to_contain_text("1 of")
    expect(page.locator(".timeline")).to_contain_text("Done")
    # its parts are read again by themselves: the page is not loaded anew
    page.evaluate("window.same = true")
    expect(page.locator(".marks")).to_contain_text("resolved", timeout=90 * SECOND)
    expect(page.locator(".timeline")).to_contain_text("clears")
    assert page.evaluate("window.same") is True
    expect(page.locator(".facts")).not_to_contain_text("\u2013")
    # on a busy machine its own slowness may have opened another one meanwhile
    expect(page.locator("[data-open-incidents]")).to_be_hidden(timeout=60 * SECOND)
    del live
    # The timeline is on the charts: every line of it has its number there.
    charts = page.locator("[data-incident-charts]")
    expect(charts).to_have_attribute("aria-busy", "false")
    marks = charts.locator(".moment")
    lines = page.locator(".timeline li")
    expect(marks.last).to_have_attribute("data-last", str(lines.count()))
    lines.first.hover()
    expect(marks.first).to_have_class("moment is-on")
    expect(charts.locator('[data-now="err"]')).not_to_have_text("0.00")
    page.keyboard.press("n")
    expect(charts.locator("[data-column=err]").first).to_be_visible()
    page.get_by_role("link", name="Post-mortem").click()
    expect(page.locator("svg.picture")).to_have_attribute(
        "aria-label", re.compile("Errors: at most [0-9]")
    )


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


def test_a_notification_is_followed_to_its_end(page: Page, stage: Stage) -> None:
    """No alert turns: the page looks by itself for what is on its way."""
    written = stage.query(
        "INSERT INTO notification (kind, channel, place, body, state, attempts, due_at,"
        " problem) VALUES ('notice', 'email', 'sre@example.org',"
        """ '{"alerts": [{"name": "Late"}]}', 'pending', 0, now() + interval '1 h', '')"""
        " RETURNING id"
    )
    number = written[0][0]
    page.goto(stage.url + "/console/alerts")
    page.get_by_role("link", name="Notifications", exact=True).click()
    row = page.locator(f"[data-notification='{number}']")
    expect(row).to_contain_text("on its way")
    page.evaluate("window.same = true")
    stage.query(
        "UPDATE notification SET state = 'dead' WHERE place LIKE 'sre@%' RETURNING id"
    )
    again = row.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=20 * SECOND)
    assert page.evaluate("window.same") is True
    again.focus()
    page.keyboard.press("Enter")
    expect(row).not_to_contain_text("given up")


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


def test_live_tells_every_alert_beside_what_was_foretold(
    page: Page, stage: Stage
) -> None:
    LivePage(page).open(stage.url)
    stage.server.post("/api/chaos", {"errorRate": 1, "reason": "everything fails"})
    coming = page.locator("[data-coming] li", has_text="HighErrorRate")
    expect(coming).to_contain_text(re.compile(r"\d s"), timeout=5 * SECOND)
    expect(coming).to_have_class("is-fired", timeout=15 * SECOND)
    expect(page.locator("[data-feed]")).to_contain_text("HighErrorRate fires")
    expect(page).to_have_title(re.compile("1 critical"))


def some_incident(stage: Stage) -> int:
    """The number of one; a moment of failures opens it where there is none."""

    def newest() -> int | None:
        number: int | None = stage.query("SELECT max(id) FROM incident")[0][0]
        return number

    if newest() is None:
        stage.server.post("/api/chaos", {"errorRate": 1, "reason": "for an incident"})
        until(newest, 15, "an incident opens")
        stage.clear()
    number = newest()
    assert number is not None
    return number


def test_what_is_printed_is_read_on_paper(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/console/incidents/{some_incident(stage)}/post-mortem")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator(".write")).to_be_hidden()
    expect(page.locator("svg.picture")).to_be_visible()
    ink = "getComputedStyle(document.body).color"
    assert page.evaluate(ink) == "rgb(18, 22, 28)"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(ink) == "rgb(240, 242, 245)"

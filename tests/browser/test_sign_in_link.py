"""From the printed link to the moving page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.complaints import Complaints
from tests.browser.live_page import LivePage
from tests.browser.stage import PASSWORD, VIEWER, Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]

Contexts = Callable[..., BrowserContext]


def test_the_link_leads_to_a_page_that_moves(stage: Stage, contexts: Contexts) -> None:
    page = contexts().new_page()
    complaints = Complaints(page)
    page.goto(stage.link())
    page.get_by_role("button", name="Enter").click()
    live = LivePage(page)
    live.wait_until_live()
    live.wait_for_news(snapshots=3)
    assert page.url.startswith(stage.url + "/console/live")
    assert complaints.found == []


def test_the_link_works_once(stage: Stage, contexts: Contexts) -> None:
    link = stage.link()
    first, second = contexts().new_page(), contexts().new_page()
    for page in (first, second):
        page.goto(link)
    first.get_by_role("button", name="Enter").click()
    first.wait_for_url("**/console/live")
    second.get_by_role("button", name="Enter").click()
    expect(second.get_by_role("alert")).to_contain_text("make sign-in-link")


def test_a_password_signs_in_and_a_wrong_one_does_not(
    stage: Stage, contexts: Contexts
) -> None:
    page = contexts().new_page()
    page.goto(stage.url + "/console/live?range=15m")
    for password in ("wrong", PASSWORD):
        page.get_by_label("Name").fill(VIEWER)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        if password == "wrong":
            expect(page.get_by_role("alert")).to_contain_text("do not match")
    page.wait_for_url("**/console/live?range=15m*")


def test_signing_out_ends_it(stage: Stage, contexts: Contexts) -> None:
    page = contexts().new_page()
    page.goto(stage.link())
    page.get_by_role("button", name="Enter").click()
    LivePage(page).wait_until_live()
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/console/sign-in")
    page.goto(stage.url + "/console/live")
    expect(page).to_have_url(stage.url + "/console/sign-in?next=/console/live")

"""A game day as its presenter sees it: written, started, followed, stopped, played again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.acceptance.harness.waiting import PATIENCE
from tests.browser.game_days import NAME, SOURCE, calm, end, release, start, store
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(180 * PATIENCE),
]
SECOND = 1000 * PATIENCE


def test_a_run_is_started_followed_and_stopped_by_a_key(
    page: Page, stage: Stage
) -> None:
    store(stage)
    release(stage)
    calm(stage)
    page.goto(f"{stage.url}/console/game-days/scenarios/{NAME}?dry=1")
    page.get_by_label("Why", exact=True).fill("to see it move")
    with page.expect_navigation():
        page.get_by_role("button", name="Start", exact=True).click()
    refused = page.locator("main").inner_text()
    assert re.search("/console/game-days/[0-9]+$", page.url), refused
    page.evaluate("window.same = true")
    now = page.locator(".step.is-now")
    expect(now).to_contain_text("A first look")
    expect(page.locator(".notes")).to_contain_text("Look at the clock.")
    expect(page.locator(".people")).to_contain_text("operator")
    # the next step comes by itself, and is said
    expect(now).to_contain_text("A long look", timeout=15 * SECOND)
    expect(page.locator("[data-said]")).to_have_text("Step 2 of 2: A long look")
    expect(page.locator(".step.is-done .looks")).to_contain_text("It still answers")
    expect(page.locator("[data-elapsed]")).to_have_text(re.compile("^0:[0-9]{2}$"))
    page.keyboard.press("f")
    expect(page.locator("html")).to_have_attribute("data-mode", "presentation")
    page.keyboard.press("f")
    assert page.evaluate("window.same") is True
    expect(page.locator("[data-stop]")).to_contain_text("ends the game day")
    page.keyboard.press("x")
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("STOPPED", timeout=20 * SECOND)
    expect(verdict).to_contain_text("Every fault was off after")
    page.get_by_role("link", name="Report", exact=True).click()
    told = page.locator("main")
    expect(told).to_contain_text("operator ran the game day")
    expect(told).to_contain_text("Everything that happened")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    report = saved.value.path().read_text("utf-8")
    assert "<svg" in report
    assert "to see it move" in report
    assert not re.search(r'(?:src|href)="https?:', report)  # it opens offline
    # a new one has to wait until somebody says why it may
    page.goto(f"{stage.url}/console/game-days")
    expect(page.locator("[data-game-day]").first).to_contain_text("stopped")
    page.get_by_label("Why it is safe to go on").fill("it was me")
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("New game days are blocked")).to_have_count(0)


def test_live_tells_of_it_and_its_charts_are_played_again(
    page: Page, stage: Stage
) -> None:
    store(stage)
    number = start(stage)
    live = LivePage(page).open(stage.url)
    strip = page.locator("[data-run-strip]")
    expect(strip).to_contain_text("Look around")
    expect(strip).to_contain_text("step 2 of 2: A long look", timeout=15 * SECOND)
    expect(strip).to_contain_text("left")
    expect(page.locator("[data-game-day-runs]")).to_have_text("2/2")
    live.stop.click()
    expect(strip).to_be_hidden()
    end(stage, number)
    release(stage)
    page.goto(f"{stage.url}/console/game-days/{number}/replay?at=5")
    charts = page.locator("[data-replay]")
    expect(charts).to_have_attribute("aria-busy", "false", timeout=20 * SECOND)
    # a busy machine may begin the second step late
    expect(page.locator("[data-step]")).to_have_text(re.compile("[12] of 2"))
    page.get_by_label("Moment of the run").press("End")
    expect(page.locator("[data-step]")).to_have_text("2 of 2")
    shown = page.locator("[data-lines] li:not([hidden])")
    before = shown.count()
    page.get_by_label("Moment of the run").press("Home")
    expect(page.locator("[data-step]")).to_have_text("–")  # noqa: RUF001
    assert shown.count() < before
    page.get_by_role("button", name="20").click()
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[data-step]")).to_have_text("2 of 2", timeout=15 * SECOND)


def test_a_problem_leads_to_its_line(
    stage: Stage, operator_state: StorageState, contexts: Callable[..., BrowserContext]
) -> None:
    page = contexts(storage_state=operator_state).new_page()  # it complains of the 400
    page.goto(f"{stage.url}/console/game-days/write")
    source = page.locator("[data-scenario-source]")
    source.fill(SOURCE.replace("4s", "soon"))
    with page.expect_response(re.compile("/write$")) as answer:
        page.get_by_role("button", name="Save").click()
    assert answer.value.status == 400
    page.locator("[data-line]").click()
    chosen = source.evaluate("t => t.value.slice(t.selectionStart, t.selectionEnd)")
    assert chosen.strip() == "for: soon"

"""A disaster drill in a browser, from its start to its report."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from sre_console.recovery.drills.scenarios import TABLE_DROPPED
from tests.browser.axe import assert_clean, bare
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]
PATH = "/console/recovery/drills"
# A folder for pictures of every width and theme; nothing is taken without it.
PICTURES = os.environ.get("DRILL_PICTURES", "")


def looked_at(page: Page, name: str) -> None:
    assert_clean(page, name)
    if not PICTURES:
        return
    views: list[tuple[int, Literal["dark", "light"]]] = [
        (1440, "dark"), (390, "dark"), (390, "light"), (1440, "light"),
    ]  # fmt: skip
    for width, theme in views:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        path = Path(PICTURES) / f"{name}-{width}-{theme}.png"
        page.screenshot(path=path, full_page=True)


def test_a_drill_goes_from_its_start_to_its_report(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> None:
    page = bare(contexts, operator_state)
    LivePage(page).open(stage.url, "/console/game-days")
    page.get_by_role("link", name="Disaster drills").click()
    page.wait_for_url(f"**{PATH}")
    looked_at(page, "list")
    page.get_by_role("radio", name=re.compile("Table dropped")).check()
    page.get_by_label("Why now").fill("a browser's test")
    page.get_by_role("button", name="Start the drill").click()
    page.wait_for_url(re.compile(rf"{PATH}/\d+$"))
    timer = page.get_by_role("timer")
    expect(timer).to_have_text("0:00")
    for step in TABLE_DROPPED.steps:
        item = page.locator(f"#step-{step.key}")
        if step.marks == "loss":
            item.get_by_label("Newest commit before").fill("2026-01-31 12:00:05Z")
            item.get_by_label("Newest commit after").fill("2026-01-31 12:00:00Z")
            item.get_by_label("Where you read them").fill("users.updated_at")
        item.get_by_role("button", name=f"Done: {step.title}").click()
        expect(item).to_have_class(re.compile("is-ok"))
        if step.marks == "struck":
            # it goes on by itself
            expect(timer).not_to_have_text("0:00")
            looked_at(page, "running")
    page.get_by_label(re.compile("Lessons")).fill("Know who owns the table.")
    page.get_by_role("button", name="Finish and judge").click()
    expect(page.locator(".verdict__word")).to_have_text("passed")
    expect(page.locator(".timeline")).to_contain_text("The disaster struck")
    expect(page.locator("main")).to_contain_text("Know who owns the table.")
    looked_at(page, "over")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as Markdown").click()
    assert download.value.suggested_filename.startswith("disaster-drill-")

"""The server goes; the page says so within 3 s, keeps its figures as old, and comes back."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = pytest.mark.acceptance
# Nothing of the charts below their panel, which has become lower by the banner.
_WITHIN = """() => {
  const end = document.querySelector(".charts").getBoundingClientRect().bottom + 1;
  return [...document.querySelectorAll(".charts *")].every((part) => {
    const { height, bottom } = part.getBoundingClientRect();
    return height === 0 || bottom <= end;
  });
}"""


@pytest.fixture(scope="module")
def stage(own_stage: Stage) -> Stage:
    return own_stage


def test_a_server_that_is_gone_is_said_within_three_seconds(
    stage: Stage, live_unwatched: LivePage
) -> None:
    page = live_unwatched
    page.wait_for_news(2)
    stage.server.kill()
    began = time.monotonic()
    try:
        banner = page.banner.filter(has_text="connection")
        expect(banner).to_be_visible(timeout=3000)
        assert time.monotonic() - began < 3
        expect(page.page.locator("body")).to_have_class("app--live is-aged")
    finally:
        stage.restart()
    page.wait_until_live(seconds=30)
    expect(page.page.locator("body")).not_to_have_class("app--live is-aged")
    seq = page.seq
    page.wait_for_news(2)
    assert page.seq != seq


def test_a_server_that_hangs_is_said_within_three_seconds(
    stage: Stage, live_unwatched: LivePage
) -> None:
    page = live_unwatched
    page.wait_for_news(2)
    with stage.hung():
        expect(page.banner.first).to_be_visible(timeout=3500)
        page.page.wait_for_function(_WITHIN, timeout=3000)
    page.wait_until_live(seconds=30)

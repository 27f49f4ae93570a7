"""A dependency fault, the breaker through all its states, and a pattern off and on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, StorageState, expect

from tests.acceptance.harness.waiting import PATIENCE, until
from tests.browser.complaints import Complaints
from tests.browser.live_page import LivePage, figure
from tests.browser.resilience_page import ResiliencePage
from tests.browser.stage import Stage, raised

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(240 * PATIENCE),
]

OPEN = 8  # seconds that the breaker stays open here
FULL = 1.0  # where 100 % stands on the scale
SEVEN = 3 / 7
DASH = "\u2013"
SECOND = 1000 * PATIENCE
SLOW = {"dependencyLatencyMs": 2000, "reason": "slow trials"}


@pytest.fixture(scope="module")
def stage(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    more = {"IRONCLAD_BREAKER_OPEN": str(OPEN), "IRONCLAD_RETRY_BASE": "0.05"}
    home = tmp_path_factory.mktemp("ironclad")
    with raised(home, more=more, template=migrated) as stage:
        yield stage


@pytest.fixture
def resilience(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> Iterator[ResiliencePage]:
    stage.clear()
    stage.server.post("/api/resilience/breakers/database/reset", {})
    page = contexts(storage_state=operator_state).new_page()
    complaints = Complaints(page)
    yield ResiliencePage(page).open(stage.url)
    stage.clear()
    assert complaints.found == []


def test_the_card_goes_through_all_its_states(
    resilience: ResiliencePage, stage: Stage
) -> None:
    card = resilience.card
    due = card.locator("[data-why-due]")
    expect(card).to_have_attribute("data-state", "closed")
    resilience.page.evaluate(_WATCH)
    resilience.drag("dependency-errors", to=FULL)
    _is(card, "open", within=5)
    expect(card.locator("[data-facts]")).to_contain_text(re.compile(r"trial in.*\d"))
    expect(card.locator("[data-facts]")).to_contain_text("5 of 5")
    expect(resilience.stage("breaker")).to_contain_text("refuses")
    first = figure(due.text_content() or "")
    until(lambda: figure(due.text_content() or "") < first, 5, "it counts down")
    # A slow trial is long enough to be seen: it fails first, and succeeds then.
    stage.server.post("/api/chaos", {**SLOW, "dependencyErrorRate": 1})
    _is(card, "half_open", within=OPEN + 5)
    _is(card, "open", within=5)
    stage.server.post("/api/chaos", SLOW)
    _is(card, "half_open", within=OPEN + 5)
    _is(card, "closed", within=5)
    states = ["closed", "open", "half_open", "open", "half_open", "closed"]
    assert resilience.page.evaluate("window.seenStates") == states
    query = "SELECT after FROM breaker_transition ORDER BY at, number"
    assert [after for (after,) in stage.query(query)][-5:] == states[1:]


def test_an_operator_trips_and_resets_it_by_hand(resilience: ResiliencePage) -> None:
    card = resilience.card
    card.get_by_role("button", name=re.compile("Trip")).click()
    expect(card).to_have_attribute("data-state", "open", timeout=5 * SECOND)
    card.get_by_role("button", name=re.compile("Reset")).click()
    expect(card).to_have_attribute("data-state", "closed", timeout=5 * SECOND)


def test_seven_percent_are_hidden_by_retries_and_seen_without_them(
    resilience: ResiliencePage, stage: Stage
) -> None:
    resilience.drag("dependency-errors", to=SEVEN)
    expect(resilience.stage("retry")).to_contain_text(re.compile(r"[1-9]\S*/s"))
    expect(resilience.page.locator("[data-row=visible] [data-forecast]")).to_have_text(
        re.compile(r"0\.0\d %")
    )
    _some_time(resilience)
    resilience.switch("retry").uncheck()
    expect(resilience.page.locator("[data-patterns]")).to_have_attribute(
        "data-off", "retry", timeout=5 * SECOND
    )
    badge = resilience.stage("retry").locator("[data-badge]")
    expect(badge).to_have_text("off")
    expect(resilience.page.locator("[data-switch-ends]")).to_contain_text("operator")
    _some_time(resilience)
    resilience.page.get_by_role("button", name="All on").click()
    expect(resilience.switch("retry")).to_be_checked(timeout=5 * SECOND)
    resilience.page.keyboard.press("x")
    resilience.wait_for_news(2)
    row = resilience.row("errorRate").locator("td")

    def compared() -> bool:
        resilience.refresh_comparison()  # the last samples may still be on their way
        return "worse" in row.nth(2).inner_text()

    until(compared, 20, "the later interval is the worse one")
    hidden, seen = (figure(row.nth(i).inner_text()) for i in (0, 1))
    assert hidden < 1
    assert seen == pytest.approx(7, abs=2)
    load = resilience.row("callsPerRequest").locator("td")
    assert figure(load.nth(0).inner_text()) == pytest.approx(1.075, abs=0.02)
    assert figure(load.nth(1).inner_text()) == pytest.approx(1, abs=0.02)


def test_what_is_compared_is_in_the_address(resilience: ResiliencePage) -> None:
    page = resilience.page
    address = "?a=2026-01-31T12:00:00Z/60&b=2026-01-31T12:05:00Z/60"
    page.goto(page.url.split("?")[0] + address)
    resilience.wait_until_live()
    expect(resilience.row("requests").locator("td").first).to_have_text("0")
    expect(resilience.row("errorRate").locator("td").first).to_have_text(DASH)
    # it can be read while it is asked for again
    assert page.locator(".comparison-panel").evaluate(_BUSY) == "1"


def test_stop_all_puts_the_patterns_in_force_again(
    resilience: ResiliencePage,
) -> None:
    resilience.switch("breaker").uncheck()
    expect(resilience.stop).to_contain_text("off: breaker", timeout=5 * SECOND)
    resilience.page.keyboard.press("x")
    expect(resilience.switch("breaker")).to_be_checked(timeout=5 * SECOND)


def test_the_live_page_tells_the_same_in_one_line_and_marks_it_on_the_charts(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> None:
    page = contexts(storage_state=operator_state).new_page()
    live = LivePage(page).open(stage.url)
    breaker = page.locator("[data-cell=breaker]")
    expect(breaker).to_have_attribute("data-state", "closed")
    page.keyboard.press("d")
    expect(page.locator("#faults-dependency")).to_be_visible()
    for _ in range(7):
        page.keyboard.press("PageUp")  # to the last mark, 100 %
    page.keyboard.press("Enter")
    expect(breaker).to_have_attribute("data-state", "open", timeout=5 * SECOND)
    expect(page.locator(".breaker-mark--open").first).to_be_attached()
    expect(page.locator(".lane-bar--open").first).to_be_attached()
    expect(page.locator("[data-cell=refused]")).to_contain_text("breaker")
    expect(page.locator("[data-cell=degraded] [data-value]")).to_contain_text(
        re.compile(r"[1-9]")
    )
    expect(page.locator("[data-feed]")).to_contain_text("Circuit breaker opened")
    stage.clear()
    live.wait_for_news(1)


def test_a_viewer_sees_it_and_changes_nothing(
    stage: Stage, viewer_state: StorageState, contexts: Callable[..., BrowserContext]
) -> None:
    # that of the test before may be open yet
    stage.server.post("/api/resilience/breakers/database/reset", {})
    page = contexts(storage_state=viewer_state).new_page()
    seen = ResiliencePage(page).open(stage.url)
    expect(seen.card.get_by_role("button", name=re.compile("Trip"))).to_be_disabled()
    expect(seen.switch("retry")).to_be_disabled()
    expect(seen.slider("dependency-errors")).to_be_disabled()


def _some_time(page: ResiliencePage) -> None:
    """Long enough for an interval worth comparing."""
    page.wait_for_news(9, seconds=30)


def _is(card: Locator, state: str, *, within: float) -> None:
    """Also in the words of its badge."""
    expect(card).to_have_attribute("data-state", state, timeout=within * SECOND)
    word = state.replace("_", "-")
    expect(card.locator("[data-badge]")).to_have_text(word)


_BUSY = """
(panel) => {
  panel.setAttribute("aria-busy", "true");
  return getComputedStyle(panel.querySelector(".comparison")).opacity;
}
"""

_WATCH = """
() => {
  window.seenStates = [];
  const card = document.querySelector(".breaker-card");
  const note = () => window.seenStates.at(-1) !== card.dataset.state && window.seenStates.push(card.dataset.state);
  note();
  new MutationObserver(note).observe(card, { attributes: true, attributeFilter: ["data-state"] });
}
"""

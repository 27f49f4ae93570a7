"""axe finds nothing: dark and light, on a wide screen and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState

from tests.acceptance.harness.waiting import until
from tests.browser.axe import VIEWS, assert_clean, bare
from tests.browser.game_days import looked_around
from tests.browser.live_page import LivePage
from tests.browser.resilience_page import ResiliencePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]


@pytest.fixture
def page(contexts: Callable[..., BrowserContext], operator_state: StorageState) -> Page:
    return bare(contexts, operator_state)


@pytest.fixture(scope="module")
def game_days(stage: Stage) -> Iterator[tuple[int, int]]:
    with looked_around(stage) as numbers:
        yield numbers


def test_the_pages_of_game_days(
    stage: Stage, game_days: tuple[int, int], page: Page
) -> None:
    over, running = game_days
    for path in (
        "game-days",
        "game-days/scenarios/progressive-errors?dry=1",
        "game-days/write",
        f"game-days/{running}",
        f"game-days/{over}",
        f"game-days/{over}/replay",
        f"game-days/compare?a={over}&b={running}",
        "live",
    ):
        looked_at(page, stage, path)
        assert_clean(page, path)


def looked_at(page: Page, stage: Stage, path: str) -> None:
    page.goto(f"{stage.url}/console/{path}")
    page.wait_for_function("document.querySelector('[data-live]').dataset.seq > 0")


def test_the_live_page_under_a_fault(stage: Stage, page: Page) -> None:
    stage.server.post("/api/chaos/errors/0.07")
    LivePage(page).open(stage.url).wait_for_news(2)
    assert_clean(page, "live", VIEWS)
    page.keyboard.press("n")
    assert_clean(page, "the table of the charts")
    page.keyboard.press("?")
    assert_clean(page, "the keys")
    stage.clear()


def test_the_resilience_page_with_an_open_breaker_and_a_pattern_off(
    stage: Stage, page: Page
) -> None:
    stage.server.post("/api/chaos", {"dependencyErrorRate": 0.07})
    stage.server.post("/api/resilience/patterns", {"off": ["retry"]})
    stage.server.post("/api/resilience/breakers/database/trip", {})
    ResiliencePage(page).open(stage.url).wait_for_news(3)
    assert_clean(page, "resilience", VIEWS)
    stage.server.post("/api/resilience/breakers/database/reset", {})
    stage.clear()


def test_the_plain_pages(stage: Stage, contexts: Callable[..., BrowserContext]) -> None:
    page = bare(contexts)
    for path in ("/console/sign-in", "/enter/" + "x" * 43, "/nothing/here"):
        page.goto(stage.url + path)
        assert_clean(page, path)


def test_the_pages_of_alerts_and_incidents(stage: Stage, page: Page) -> None:
    stage.server.post("/api/chaos/errors/1")
    until(lambda: stage.server.get("/api/incidents"), 15, "there is an incident")
    number = stage.query("SELECT max(id) FROM incident")[0][0]
    for path in (
        "alerts",
        "alerts?q=burn&sort=-severity#ErrorBudgetBurn1h-latency",
        "notifications",
        "incidents",
        "incidents?severity=page&sort=-lasted#sort-lasted",
        f"incidents/{number}",
        f"incidents/{number}/post-mortem",
        "reports",
        "runbooks",
        "runbooks/high-latency",
        "governance",
        "injections",
        "changes?view=day",
        "policy",
        "tour",
        "tour/3",
        "tour/4",
        "drill",
        "recovery/drills",
        "capacity",
    ):
        looked_at(page, stage, path)
        assert_clean(page, path)
    stage.clear()


def test_the_pages_of_accounts(
    stage: Stage,
    administrator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> None:
    page = bare(contexts, administrator_state)
    vic, deployer = (
        stage.query("SELECT id FROM auth_user WHERE username = 'vic'")[0][0],
        stage.query("SELECT user_id FROM service_account")[0][0],
    )
    for path in (
        "account",
        "people",
        f"people/{vic}",
        f"people/{deployer}",
        "access",
        "access?sort=-findings&finding=any",
    ):
        looked_at(page, stage, path)
        if page.locator("details.sure").count():
            page.locator("details.sure summary").first.click()
        assert_clean(page, path)
    looked_at(page, stage, "account")
    page.get_by_label("What it is for").fill("laptop")
    page.get_by_role("button", name="Make a token").click()
    page.wait_for_function("document.querySelector('[data-live]').dataset.seq > 0")
    assert page.locator("[data-secret]").inner_text().startswith("irn_")
    assert_clean(page, "a new token")

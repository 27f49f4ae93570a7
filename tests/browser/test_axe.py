"""axe finds nothing: dark and light, on a wide screen and on a phone.

Where pages are many, each theme and each size is seen in two of their four pairs: no rule of axe's
depends on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, StorageState

from tests.acceptance.harness.waiting import until
from tests.browser.game_days import looked_around
from tests.browser.live_page import LivePage
from tests.browser.resilience_page import ResiliencePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
VIEWS = [
    pytest.param(theme, size, id=f"{theme}-{size}")
    for theme in ("dark", "light")
    for size in SIZES
]
PAIRS = [
    pytest.param("dark", "phone", id="dark-phone"),
    pytest.param("light", "wide", id="light-wide"),
]


def dressed(
    contexts: Callable[..., BrowserContext],
    theme: str,
    size: str,
    state: StorageState | None = None,
) -> Page:
    width, height = SIZES[size]
    # axe runs in the page, where the CSP would stop its script
    context = contexts(
        storage_state=state,
        color_scheme=theme,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        bypass_csp=True,
    )
    return context.new_page()


def findings(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in violations
        for node in each["nodes"]
    ]


@pytest.fixture(scope="module")
def game_days(stage: Stage) -> Iterator[tuple[int, int]]:
    with looked_around(stage) as numbers:
        yield numbers


@pytest.mark.parametrize(("theme", "size"), PAIRS)
def test_the_pages_of_game_days(  # noqa: PLR0913, PLR0917 - all that there is to see
    stage: Stage,
    game_days: tuple[int, int],
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
    theme: str,
    size: str,
) -> None:
    over, running = game_days
    page = dressed(contexts, theme, size, operator_state)
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
        page.goto(f"{stage.url}/console/{path}")
        page.wait_for_function("document.querySelector('[data-live]').dataset.seq > 0")
        assert findings(page) == [], path
        if size == "phone":
            assert page.evaluate("document.documentElement.scrollWidth") == 390, path


@pytest.mark.parametrize(("theme", "size"), VIEWS)
def test_the_live_page_under_a_fault(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
    theme: str,
    size: str,
) -> None:
    stage.server.post("/api/chaos/errors/0.07")
    page = dressed(contexts, theme, size, operator_state)
    LivePage(page).open(stage.url).wait_for_news(2)
    assert findings(page) == []
    page.keyboard.press("n")  # the table of the charts
    assert findings(page) == []
    page.keyboard.press("?")
    assert findings(page) == []
    stage.clear()


@pytest.mark.parametrize(("theme", "size"), VIEWS)
def test_the_resilience_page_with_an_open_breaker_and_a_pattern_off(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
    theme: str,
    size: str,
) -> None:
    stage.server.post("/api/chaos", {"dependencyErrorRate": 0.07})
    stage.server.post("/api/resilience/patterns", {"off": ["retry"]})
    stage.server.post("/api/resilience/breakers/database/trip", {})
    page = dressed(contexts, theme, size, operator_state)
    ResiliencePage(page).open(stage.url).wait_for_news(3)
    assert findings(page) == []
    stage.server.post("/api/resilience/breakers/database/reset", {})
    stage.clear()


@pytest.mark.parametrize(("theme", "size"), PAIRS)
@pytest.mark.parametrize(
    "path", ["/console/sign-in", "/enter/" + "x" * 43, "/nothing/here"]
)
def test_the_plain_pages(
    stage: Stage,
    contexts: Callable[..., BrowserContext],
    theme: str,
    size: str,
    path: str,
) -> None:
    page = dressed(contexts, theme, size)
    page.goto(stage.url + path)
    assert findings(page) == []


@pytest.mark.parametrize(("theme", "size"), PAIRS)
def test_the_pages_of_alerts_and_incidents(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
    theme: str,
    size: str,
) -> None:
    stage.server.post("/api/chaos/errors/1")
    until(lambda: stage.server.get("/api/incidents"), 15, "there is an incident")
    page = dressed(contexts, theme, size, operator_state)
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
        page.goto(f"{stage.url}/console/{path}")
        page.wait_for_function("document.querySelector('[data-live]').dataset.seq > 0")
        assert findings(page) == [], path
    stage.clear()


@pytest.mark.parametrize(("theme", "size"), PAIRS)
def test_the_pages_of_accounts(
    stage: Stage,
    administrator_state: StorageState,
    contexts: Callable[..., BrowserContext],
    theme: str,
    size: str,
) -> None:
    page = dressed(contexts, theme, size, administrator_state)
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
        page.goto(f"{stage.url}/console/{path}")
        page.wait_for_function("document.querySelector('[data-live]').dataset.seq > 0")
        if page.locator("details.sure").count():
            page.locator("details.sure summary").first.click()
        assert findings(page) == [], path
    page.goto(f"{stage.url}/console/account")
    page.get_by_label("What it is for").fill(f"laptop {theme} {size}")
    page.get_by_role("button", name="Make a token").click()
    page.wait_for_function("document.querySelector('[data-live]').dataset.seq > 0")
    assert page.locator("[data-secret]").inner_text().startswith("irn_")
    assert findings(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0

"""No page makes the browser complain: no CSP violation, no error, nothing from elsewhere.

And none of the console is wider than a small phone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser.complaints import Complaints
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]

PAGES = [
    "/console/live",
    "/console/resilience",
    "/console/capacity",
    "/console/alerts",
    "/console/audit",
    "/console/notifications",
    "/console/game-days",
    "/console/game-days/scenarios/progressive-errors",
    "/console/game-days/write",
    "/console/game-days/compare",
    "/console/incidents",
    "/console/recovery",
    "/console/reports",
    "/console/runbooks",
    "/console/runbooks/error-budget-burn",
    "/console/tour",
    "/console/drill",
    "/console/recovery/drills",
    "/console/tour/3",
    "/console/sign-in?next=/admin/",
    "/enter/" + "x" * 43,
    "/nothing/here",
    "/api/docs",
    "/admin/",
    "/admin/api/user/",
    "/admin/sre_console/auditentry/",
]


@pytest.fixture(scope="module")
def context(browser: Browser, operator_state: StorageState) -> Iterator[BrowserContext]:
    """One for all: in a new one each page would load and compile every script again."""
    made = browser.new_context(storage_state=operator_state)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_the_browser_has_nothing_to_complain_about(
    stage: Stage, page: Page, path: str
) -> None:
    complaints = Complaints(page)
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((stage.url, "data:", "blob:"))
            else elsewhere.append(request.url)
        ),
    )
    answer = page.goto(stage.url + path, wait_until="load")
    assert answer is not None
    page.wait_for_timeout(500)  # what scripts do after the load
    # the browser logs the status of a missing page itself
    own = f"({stage.url}{path})"
    found = [
        text for text in complaints.found if not (answer.status == 404 and own in text)
    ]
    assert found == []
    assert elsewhere == []
    assert answer.status in {200, 404}
    if "/console/" in path:
        page.set_viewport_size({"width": 360, "height": 800})
        page.wait_for_function("document.documentElement.scrollWidth === 360")

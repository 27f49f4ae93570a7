"""A browser on a started server. Few of each: starting them takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.acceptance.conftest import migrated as migrated  # noqa: PLC0414
from tests.acceptance.harness.waiting import PATIENCE
from tests.browser.chromium import chromium
from tests.browser.complaints import Complaints
from tests.browser.live_page import LivePage
from tests.browser.stage import ADMINISTRATOR, PASSWORD, VIEWER, Stage, raised

expect.set_options(timeout=5000 * PATIENCE)


@pytest.fixture(scope="package")
def shared_stage(
    migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    home = tmp_path_factory.mktemp("ironclad")
    # its tests count no requests, and it stands through all of them
    with raised(home, rate="10", template=migrated) as stage:
        yield stage


@pytest.fixture(scope="module")
def own_stage(
    migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """For a file whose tests need budgets that nobody has spent, or kill the server."""
    home = tmp_path_factory.mktemp("ironclad")
    with raised(home, template=migrated) as stage:
        yield stage


@pytest.fixture(scope="module")
def stage(shared_stage: Stage) -> Stage:
    """The one of all files; a file that needs its own says so by a fixture of this name."""
    return shared_stage


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # not for the session: playwright's event loop would be in the way of async tests
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def operator_state(stage: Stage, browser: Browser) -> StorageState:
    """The cookies of whoever came by the link."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(stage.link())
    page.get_by_role("button", name="Enter").click()
    page.wait_for_url("**/console/live*")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module")
def viewer_state(stage: Stage, browser: Browser) -> StorageState:
    return _signed_in(stage, browser, VIEWER)


@pytest.fixture(scope="module")
def administrator_state(stage: Stage, browser: Browser) -> StorageState:
    return _signed_in(stage, browser, ADMINISTRATOR)


def _signed_in(stage: Stage, browser: Browser, name: str) -> StorageState:
    context = browser.new_context()
    page = context.new_page()
    page.goto(stage.url + "/console/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/live*")
    state = context.storage_state()
    context.close()
    return state


Open = Callable[..., Page]


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    opened: list[BrowserContext] = []

    def new(**options: object) -> BrowserContext:
        options = {"viewport": {"width": 1440, "height": 900}, **options}
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(30_000 * PATIENCE)
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def live(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> Iterator[LivePage]:
    """An operator's Live page with no fault in force; nothing may be complained about."""
    stage.clear()
    page = contexts(storage_state=operator_state).new_page()
    complaints = Complaints(page)
    yield LivePage(page).open(stage.url)
    stage.clear()
    assert complaints.found == []


@pytest.fixture
def live_unwatched(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> LivePage:
    """For tests in which the browser has every reason to complain."""
    stage.clear()
    page = contexts(storage_state=operator_state).new_page()
    return LivePage(page).open(stage.url)


@pytest.fixture
def page(
    stage: Stage,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> Iterator[Page]:
    """A page of an operator's, that must not complain."""
    page = contexts(storage_state=operator_state).new_page()
    complaints = Complaints(page)
    yield page
    stage.clear()
    assert complaints.found == []


@pytest.fixture
def viewer(
    stage: Stage, viewer_state: StorageState, contexts: Callable[..., BrowserContext]
) -> LivePage:
    stage.clear()
    page = contexts(storage_state=viewer_state).new_page()
    return LivePage(page).open(stage.url)

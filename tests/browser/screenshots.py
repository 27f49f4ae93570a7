"""Takes the README's pictures and one of every size and theme: python -m tests.browser.screenshots

docs/images/live.png shows the Live page half a minute into 7 % errors, incident.png what they have
opened, resilience.png the Resilience page while the database is failed; the other pictures go to the folder named as the only
argument, `screenshots/` without one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState

from tests.acceptance.harness.waiting import until
from tests.browser.chromium import chromium
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage, raised

CHECKOUT = Path(__file__).resolve().parents[2]
IMAGES = CHECKOUT / "docs" / "images"
WIDTHS = {1440: 900, 390: 844}
FAULT = {"errorRate": 0.07, "ttlSeconds": 300, "reason": "7 % errors for the picture"}
LOOK = 35  # seconds into the fault: both pages have fired
DOWN = {"dependencyErrorRate": 1, "reason": "the database is down"}
SEVEN = {"dependencyErrorRate": 0.07, "reason": "retries, and none"}
WITHOUT = {"off": ["retry"], "reason": "to compare"}
INTERVAL = 20  # seconds of each interval that is compared
RATE = "50"  # as `make up` has it

Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = ("dark", "light")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DATABASE_URL", "postgresql://postgres@127.0.0.1/postgres")
    with (
        tempfile.TemporaryDirectory() as home,
        raised(Path(home), RATE) as stage,
        chromium() as browser,
    ):
        state = _enter(browser, stage)
        until(lambda: _sent(stage) > 1500, 90, "half a minute of traffic")
        stage.server.post("/api/chaos", FAULT)
        page = _open(browser, stage, state, width=1440, theme="dark")
        page.wait_for_timeout(LOOK * 1000)
        page.screenshot(path=IMAGES / "live.png")
        _every(browser, stage, state, folder, "live")
        _incident(browser, stage, state)
        _resilience(browser, stage, state)
        _every(browser, stage, state, folder, "resilience")


def _incident(browser: Browser, stage: Stage, state: StorageState) -> None:
    """The one that the fault has opened, taken by somebody, with its charts."""
    number = stage.query("SELECT max(id) FROM incident")[0][0]
    at = f"incidents/{number}"
    stage.server.post(f"/api/{at}/acknowledge", {"comment": "Looking at it."})
    page = _open(browser, stage, state, width=1440, theme="dark", at=at)
    page.wait_for_timeout(2000)
    page.screenshot(path=IMAGES / "incident.png")


def _resilience(browser: Browser, stage: Stage, state: StorageState) -> None:
    """One fault with retries and without, then the database down."""
    stage.clear()
    page = _open(browser, stage, state, width=1440, theme="dark", at="resilience")
    stage.server.post("/api/chaos", SEVEN)
    page.wait_for_timeout(INTERVAL * 1000)
    stage.server.post("/api/resilience/patterns", WITHOUT)
    page.wait_for_timeout(INTERVAL * 1000)
    stage.server.post("/api/resilience/patterns", {"off": []})
    stage.server.post("/api/chaos", DOWN)
    page.get_by_role("button", name="Refresh").click()
    page.wait_for_timeout(8 * 1000)
    page.screenshot(path=IMAGES / "resilience.png")


def _every(
    browser: Browser, stage: Stage, state: StorageState, folder: Path, at: str
) -> None:
    for theme in THEMES:
        for width in WIDTHS:
            taken = _open(browser, stage, state, width=width, theme=theme, at=at)
            path = folder / f"{at}-{width}-{theme}.png"
            taken.screenshot(path=path, full_page=width < 1000 or at != "live")
            taken.context.close()


def _enter(browser: Browser, stage: Stage) -> StorageState:
    context = browser.new_context()
    page = context.new_page()
    page.goto(stage.link())
    page.get_by_role("button", name="Enter").click()
    page.wait_for_url("**/console/live*")
    state = context.storage_state()
    context.close()
    return state


def _open(  # noqa: PLR0913 - who looks, at what, on what
    browser: Browser,
    stage: Stage,
    state: StorageState,
    *,
    width: int,
    theme: Theme,
    at: str = "live",
) -> Page:
    context = browser.new_context(
        storage_state=state,
        color_scheme=theme,
        viewport={"width": width, "height": WIDTHS[width]},
    )
    page = context.new_page()
    LivePage(page).open(stage.url, f"/console/{at}").wait_for_news(3)
    return page


def _sent(stage: Stage) -> int:
    traffic = stage.server.get("/api/traffic")
    assert isinstance(traffic, dict)
    return int(traffic["sent"])


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))

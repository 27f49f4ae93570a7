"""Takes the README's picture and one of every size and theme: python -m tests.browser.screenshots

docs/images/live.png shows the Live page half a minute into 7 % errors; the other
pictures go to the folder named as the only argument, `screenshots/` without one.
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
README_PICTURE = CHECKOUT / "docs" / "images" / "live.png"
WIDTHS = {1440: 900, 390: 844}
FAULT = {"errorRate": 0.07, "ttlSeconds": 300, "reason": "7 % errors for the picture"}
LOOK = 35  # seconds into the fault: both pages have fired
RATE = "50"  # as `make up` has it

Theme = Literal["dark", "light"]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
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
        page.screenshot(path=README_PICTURE)
        for theme in ("dark", "light"):
            for width in WIDTHS:
                taken = _open(browser, stage, state, width=width, theme=theme)
                path = folder / f"live-{width}-{theme}.png"
                taken.screenshot(path=path, full_page=width < 1000)
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


def _open(
    browser: Browser, stage: Stage, state: StorageState, *, width: int, theme: Theme
) -> Page:
    context = browser.new_context(
        storage_state=state,
        color_scheme=theme,
        viewport={"width": width, "height": WIDTHS[width]},
    )
    page = context.new_page()
    LivePage(page).open(stage.url).wait_for_news(3)
    return page


def _sent(stage: Stage) -> int:
    traffic = stage.server.get("/api/traffic")
    assert isinstance(traffic, dict)
    return int(traffic["sent"])


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))

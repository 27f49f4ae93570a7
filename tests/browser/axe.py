"""Pages as axe sees them: dark and light, on a wide screen and on a phone.

A page is loaded once and then dressed in one pair after the other. Where pages are many, each theme
and each size is seen in two of their four pairs: no rule of axe's depends on both. The gate sees a
page in one pair, and the next one in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, StorageState

from tests.selection import GATE

Theme = Literal["dark", "light"]
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
PAIRS: tuple[tuple[Theme, str], ...] = (("dark", "phone"), ("light", "wide"))
VIEWS: tuple[tuple[Theme, str], ...] = (*PAIRS, ("light", "phone"), ("dark", "wide"))
_turns = cycle(PAIRS)


def bare(
    contexts: Callable[..., BrowserContext], state: StorageState | None = None
) -> Page:
    # axe runs in the page, where the CSP would stop its script
    context = contexts(storage_state=state, reduced_motion="reduce", bypass_csp=True)
    return context.new_page()


def assert_clean(
    page: Page, where: str, views: Sequence[tuple[Theme, str]] = PAIRS
) -> None:
    if GATE and views is PAIRS:
        views = (next(_turns),)
    for theme, size in views:
        width, height = SIZES[size]
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": height})
        found = findings(page)
        assert found == [], "\n".join([f"{where}, {theme} {size}", *found])
        page.wait_for_function(f"document.documentElement.scrollWidth === {width}")


def findings(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in violations
        for node in each["nodes"]
    ]

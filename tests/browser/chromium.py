"""A real Chromium: the system's, or the one playwright downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

from ironclad.embedded.tools import BROWSERS

ARGUMENTS = [
    "--no-sandbox",  # a container has no user namespaces
    "--disable-background-networking",
    "--disable-component-update",
    "--force-color-profile=srgb",
]


def executable() -> str | None:
    """The path of a Chromium on this system; None leaves it to playwright's own.

    `CHROMIUM` in the environment names one and wins.
    """
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()

"""What a browser complains about: it must be nothing."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request

_NAVIGATED = "net::ERR_ABORTED"  # a request the page itself gave up


class Complaints:
    """Collects console errors (CSP violations are among them), exceptions and failures."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"exception: {error}"))
        page.on("requestfailed", self._failed)
        page.add_init_script(_REPORT_VIOLATIONS)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.found.append(f"{message.type}: {message.text} ({where})")

    def _failed(self, request: Request) -> None:
        if request.failure != _NAVIGATED:
            self.found.append(f"failed: {request.url} {request.failure}")


_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI}`));
"""

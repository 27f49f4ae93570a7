"""The Resilience page as a person sees it: cards, stages, switches, the comparison."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.live_page import LivePage

ADDRESS = "/console/resilience"


class ResiliencePage(LivePage):
    def open(self, url: str, address: str = ADDRESS) -> ResiliencePage:
        super().open(url, address)
        return self

    @property
    def card(self) -> Locator:
        """The one replica's circuit breaker."""
        return self.page.locator("[data-breakers] .breaker-card")

    def stage(self, name: str) -> Locator:
        return self.page.locator(f"[data-stage={name}]")

    def switch(self, pattern: str) -> Locator:
        return self.page.locator(f"[data-pattern={pattern}] [data-switch]")

    def refresh_comparison(self) -> None:
        """Until the figures are those of what is chosen then."""
        self.page.get_by_role("button", name="Refresh").click()
        panel = self.page.locator("[data-comparison]")
        expect(panel).to_have_attribute("aria-busy", "false")

    def row(self, name: str) -> Locator:
        return self.page.locator(f"[data-comparison] [data-row={name}]")

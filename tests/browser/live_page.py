"""The Live page as a person sees it: sliders, cards, banner, the table of the charts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.acceptance.harness.waiting import PATIENCE

_SECONDS = 1000 * PATIENCE  # playwright counts in milliseconds


@dataclass
class LivePage:
    page: Page

    def open(self, url: str, address: str = "/console/live") -> LivePage:
        self.page.goto(url + address)
        self.wait_until_live()
        return self

    def wait_until_live(self, seconds: float = 30) -> None:
        live = self.page.locator("[data-live][data-connection=live]")
        expect(live).to_be_attached(timeout=seconds * _SECONDS)

    @property
    def seq(self) -> int:
        return int(self.page.locator("[data-live]").get_attribute("data-seq") or 0)

    def wait_for_news(self, snapshots: int = 2, seconds: float = 15) -> None:
        """Until so many further snapshots are drawn."""
        wanted = self.seq + snapshots
        self.page.wait_for_function(
            "seq => Number(document.querySelector('[data-live]').dataset.seq) >= seq",
            arg=wanted,
            timeout=seconds * _SECONDS,
        )

    # -- the fault panel ---------------------------------------------------------------

    def slider(self, fault: str) -> Locator:
        return self.page.locator(f"[data-fault={fault}] [data-range]")

    def drag(self, fault: str, *, to: float, let_go: bool = True) -> None:
        """Drag the slider's knob with the mouse, to a share of its length."""
        slider = self.slider(fault)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        begin = self._share(slider)
        middle = box["y"] + box["height"] / 2
        mouse.move(box["x"] + _knob(begin, box["width"]), middle)
        mouse.down()
        mouse.move(box["x"] + _knob(to, box["width"]), middle, steps=12)
        if let_go:
            mouse.up()

    def _share(self, slider: Locator) -> float:
        return float(slider.input_value()) / float(slider.get_attribute("max") or 1)

    def number(self, fault: str) -> str:
        """What stands in the field beside the slider."""
        return self.page.locator(f"[data-fault={fault}] [data-number]").input_value()

    @property
    def forecast(self) -> dict[str, str]:
        return self._compare("forecast")

    @property
    def measured(self) -> dict[str, str]:
        return self._compare("measured")

    def _compare(self, kind: str) -> dict[str, str]:
        rows = self.page.locator("[data-outlook] [data-row]").all()
        return {
            str(row.get_attribute("data-row")): row.locator(
                f"[data-{kind}]"
            ).inner_text()
            for row in rows
        }

    @property
    def stop(self) -> Locator:
        return self.page.locator("[data-stop]")

    # -- what it shows -----------------------------------------------------------------

    def left(self, slo: str) -> float:
        """The budget left on a card, as a ratio."""
        text = self.page.locator(f"[data-slo={slo}] [data-left]").inner_text()
        return figure(text) / 100

    def now(self, name: str) -> str:
        return self.page.locator(f'[data-now="{name}"]').inner_text()

    @property
    def banner(self) -> Locator:
        return self.page.locator("[data-banners] .banner")

    def numbers(self) -> list[dict[str, float | None]]:
        """The charts' data, newest first, from the table that a reader gets."""
        if not self.page.locator("[data-numbers]").is_visible():
            self.page.get_by_role("button", name="Numbers").click()
        expect(self.page.locator("[data-numbers] tbody tr").first).to_be_visible()
        rows: list[dict[str, float | None]] = self.page.evaluate(_READ_NUMBERS)
        return rows


def figure(text: str) -> float:
    """The number in a text such as "87.3 %"; the page writes a true minus sign."""
    match = re.search(r"-?\d[\d,]*\.?\d*", text.replace("−", "-"))  # noqa: RUF001
    assert match, text
    return float(match[0].replace(",", ""))


def _knob(share: float, width: float) -> float:
    """Where the knob's middle is: it stays inside the track by half its own width."""
    half = 10.0
    return half + share * (width - 2 * half)


_READ_NUMBERS = """
() => [...document.querySelectorAll("[data-numbers] tbody tr")].map((tr) => ({
  t: Number(tr.dataset.t),
  ...Object.fromEntries([...tr.querySelectorAll("td")].map((td) =>
    [td.dataset.column, td.dataset.value === "" ? null : Number(td.dataset.value)])),
}))
"""

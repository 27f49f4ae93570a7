from __future__ import annotations

import pytest

from sre_console.accounts.sessions_told import agent_told

_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {_KIT} HeadlessChrome/131.0 Safari/537.36", ("Chromium", "Linux")),
        (f"Mozilla/5.0 (X11; Linux x86_64) {_KIT} Chrome/131.0 Safari/537.36", ("Chrome", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {_KIT} Chrome/131.0 Safari/537.36 Edg/131.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0", ("Firefox", "macOS")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1", ("Safari", "iPhone")),
        (f"Mozilla/5.0 (Linux; Android 15) {_KIT} Chrome/131.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("curl/8.5.0", ("curl", "")),
        ("", ("", "")),
        ("<script>alert(1)</script>", ("", "")),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_words(agent: str, told: tuple[str, str]) -> None:
    assert agent_told(agent) == told

"""Every kind of probe and check reads as words."""

# ruff: noqa: RUF001 - a times sign, as people read it
from __future__ import annotations

import pytest

from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    BreakerProbe,
    HttpCall,
    HttpProbe,
    Probe,
    SloProbe,
    StatusProbe,
)
from sre_console.gamedays.scenarios.scenario import Check, Mode
from sre_console.pages.probe_words import check_words, probe_words


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        (AlertProbe("HighErrorRate", "firing"), "HighErrorRate fires"),
        (AlertProbe("Burn", "quiet", "latency"), "Burn (latency) is quiet"),
        (
            SloProbe("latency", "burn", "above", 14.4, window="1h"),
            "latency: burn over 1h above 14.4×",
        ),
        (
            SloProbe("latency", "budgetSpent", "below", 0.02),
            "latency: budget spent at most 2 %",
        ),
        (
            SloProbe("latency", "badEvents", "near", 1330, tolerance=0.01),
            "latency: bad requests within 1 % of 1,330",
        ),
        (StatusProbe("latency", ("ok", "at_risk")), "latency is ok, at risk"),
        (
            BreakerProbe("database", "half_open"),
            "the breaker of database is half-open",
        ),
        (
            HttpProbe(HttpCall("/health", statuses=(200, 204))),
            "GET /health answers 200, 204",
        ),
    ],
)
def test_a_probe_says_what_it_looks_for(probe: Probe, said: str) -> None:
    assert probe_words(probe) == said


@pytest.mark.parametrize(
    ("mode", "wall", "said"),
    [
        ("always", None, "throughout: Burn fires"),
        ("atEnd", None, "as the step ends: Burn fires"),
        ("eventually", 14.0, "within 14 s: Burn fires"),
        ("eventually", None, "before the step ends: Burn fires"),
    ],
)
def test_a_check_says_when(mode: Mode, wall: float | None, said: str) -> None:
    check = Check("0.1", {"en": "It fires"}, mode, AlertProbe("Burn", "firing"))
    assert check_words(check, wall) == said

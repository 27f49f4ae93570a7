"""What alerts can be about: each signal's unit, and the PromQL that measures the same.

The built-in evaluator measures them in `sre_console.incidents.readings`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sre_console.incidents.recovery_signals import RECOVERY
from sre_console.slo.promql import ROUTES, bad_ratio, events

Unit = Literal["ratio", "seconds", "burn", "events"]


@dataclass(frozen=True, slots=True)
class Signal:
    unit: Unit
    query: Callable[[str], str]  # PromQL, given the window as Prometheus writes it
    windowed: bool = False  # measured over a window, of events
    per_slo: bool = False  # one value for each SLO


def _quantile(window: str) -> str:
    buckets = f"http_request_duration_seconds_bucket{{{ROUTES}}}[{window}]"
    return f"histogram_quantile(0.95,\n  sum by (le) (rate({buckets})))"


SIGNALS: dict[str, Signal] = {
    "errorRatio": Signal(
        "ratio", lambda window: bad_ratio('status=~"5.."', window), windowed=True
    ),
    "latencyP95": Signal("seconds", _quantile, windowed=True),
    "requests": Signal("events", events, windowed=True),
    "budgetRemaining": Signal(
        "ratio",
        lambda _: "max by (slo) (slo_error_budget_remaining_ratio)",
        per_slo=True,
    ),
    "databaseAwaySeconds": Signal(
        "seconds", lambda _: "min(ironclad_database_away_seconds)"
    ),
    "breakerOpenSeconds": Signal(
        "seconds", lambda _: 'max(circuit_breaker_not_closed_seconds{name="database"})'
    ),
    "sampleLagSeconds": Signal("seconds", lambda _: "max(ironclad_sample_lag_seconds)"),
    "beatAgeSeconds": Signal(
        "seconds", lambda _: "min(ironclad_evaluator_beat_age_seconds)"
    ),
    "faultSeconds": Signal("seconds", lambda _: "max(ironclad_fault_seconds)"),
    **{name: Signal(each.unit, each.query) for name, each in RECOVERY.items()},
}


def usual_events(window: timedelta, least: int) -> int:
    """Events of an hour from which on none at all in a window is not just chance.

    As many as give the window `least` on average: with 10 none is seen once in 22,000 windows.
    """
    return round(least * (timedelta(hours=1) / window))

"""SLI events in PromQL: what a span of time held, from the counters that every replica exports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

ROUTES = 'route=~"/api/users.*"'  # those whose requests are SLI events
_MOST = 599  # statuses end there
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
_QUICK = "http_request_duration_seconds_bucket"
_ALL = "http_request_duration_seconds_count"


def duration(window: timedelta, scale: float = 1) -> str:
    """As Prometheus spells it, in the largest unit that needs no fraction."""
    left = max(1, round(window.total_seconds() * 1000 / scale))
    return next(f"{left // size}{unit}" for unit, size in _UNITS if left % size == 0)


def statuses_from(first: int) -> str:
    """A regular expression for the statuses from `first` on."""
    hundreds, rest = divmod(first, 100)
    tens, ones = divmod(rest, 10)
    parts = []
    if ones:
        parts.append(f"{hundreds}{tens}[{ones}-9]")
    if (tens or ones) and (from_ten := tens + bool(ones)) <= 9:  # noqa: PLR2004
        parts.append(f"{hundreds}[{from_ten}-9].")
    if (from_hundred := hundreds + bool(rest)) * 100 <= _MOST:
        parts += [f"{each}.." for each in range(from_hundred, 6)]
    return "|".join(parts)


def events(window: str) -> str:
    """How many SLI events a window holds."""
    return f"sum(increase(http_requests_total{{{ROUTES}}}[{window}]))"


def bad_ratio(bad: str, window: str) -> str:
    """The share of events that `bad` selects among the labels of the requests' counter."""
    total = f"sum(rate(http_requests_total{{{ROUTES}}}[{window}]))"
    return f"sum(rate(http_requests_total{{{ROUTES}, {bad}}}[{window}]))\n/ {total}"


def slow_ratio(edge: float, window: str) -> str:
    """The share of events that took longer than a bucket's edge (seconds)."""
    quick = f'{_QUICK}{{{ROUTES}, le="{edge!r}"}}[{window}]'
    return f"1 - sum(rate({quick}))\n/ sum(rate({_ALL}{{{ROUTES}}}[{window}]))"


def error_ratio(objective: Objective, span: str) -> str:
    """The share of events that an SLO calls bad."""
    rule = objective.rule
    if rule.bad_status_from is not None:
        return bad_ratio(f'status=~"{statuses_from(rule.bad_status_from)}"', span)
    assert rule.bad_slower_than is not None  # noqa: S101 - one of the two is there
    return slow_ratio(rule.bad_slower_than, span)


def bad_events(objective: Objective, span: str) -> str:
    """How many events of a span an SLO calls bad."""
    rule = objective.rule
    if rule.bad_status_from is not None:
        bad = f'{ROUTES}, status=~"{statuses_from(rule.bad_status_from)}"'
        return f"sum(increase(http_requests_total{{{bad}}}[{span}]))"
    quick = f'{_QUICK}{{{ROUTES}, le="{rule.bad_slower_than!r}"}}'
    return (
        f"sum(increase({_ALL}{{{ROUTES}}}[{span}]))\n- sum(increase({quick}[{span}]))"
    )


def exercise_events(slo: str, span: str, *, bad: bool) -> str:
    """How many events of a span belong to an exercise: all of them, or the bad ones."""
    which = f'slo="{slo}"' + (', outcome="bad"' if bad else "")
    return f"sum(increase(sli_exercise_events_total{{{which}}}[{span}]))"

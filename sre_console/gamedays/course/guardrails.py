"""What stops a run before it costs more than allowed. Pure: numbers in, an ending out."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sre_console.gamedays.course import endings
from sre_console.gamedays.course.course import Ending
from sre_console.gamedays.course.seen import Counted, Seen
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.slo import budget

SILENT = 10.0  # wall seconds without a counted second, or without a request


@dataclass(frozen=True, slots=True)
class Limits:
    """The guardrails of one run, fixed as it starts."""

    # Bad events that its faults may cause, by SLO; empty: no chaos budget.
    allowed: Mapping[str, int] = field(default_factory=dict)
    share: float | None = None  # of the whole error budget that these are
    day_share: float | None = None  # that all game days of one day may spend
    spent_today: Mapping[str, int] = field(default_factory=dict)  # before it
    floor: float | None = None
    absence: float | None = None  # wall seconds
    page: float = 14.4  # burn rate of real events, over the hour and five minutes
    forgets: float = (
        5.0  # wall seconds until the five minutes have left what was before
    )

    def json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Limits:
        return cls(**stored)


def allowed_events(
    whole: Mapping[str, float],
    *,
    share: float | None,
    day_share: float | None,
    spent_today: Mapping[str, int],
) -> dict[str, int]:
    """Bad events that a run may cause by SLO; `whole` is each SLO's whole error budget.

    The stricter of the run's own share and what the day has left; may be 0 or less.
    """
    limits: dict[str, int] = {}
    for slo, events in whole.items():
        bounds = []
        if share is not None:
            bounds.append(math.floor(round(share * events, 6)))
        if day_share is not None:
            left = math.floor(round(day_share * events, 6)) - spent_today.get(slo, 0)
            bounds.append(left)
        if bounds:
            limits[slo] = min(bounds)
    return limits


def strictest(*shares: float | None) -> float | None:
    return min((share for share in shares if share is not None), default=None)


def spent_out(
    limits: Limits,
    spent: Mapping[str, Mapping[str, int]],
    out: Collection[str],
    counted: Counted,
) -> Ending | None:
    """The chaos budget is used up: by what the replicas say, or by what was counted.

    `spent` is by replica and SLO; `out` are the replicas whose own share is used up.
    """
    for slo, most in limits.allowed.items():
        told = sum(by_slo.get(slo, 0) for by_slo in spent.values())
        seen = counted.bad.get(slo, (0, 0))[1]
        # each replica stops by itself; all have, or so nearly that nothing is left to deal
        everybody = bool(out) and set(spent) <= set(out)
        if max(told, seen) >= most or (everybody and told > most - len(spent)):
            reason = f"{max(told, seen)} of {most} failed requests allowed for {slo} are used"
            return Ending(endings.CHAOS_BUDGET, reason)
    return None


def unexpected(
    scenario: Scenario, seen: Seen, before: Collection[tuple[str, str | None]]
) -> Ending | None:
    """An alert fires that the scenario does not raise on purpose and that did not fire before."""
    for (alert, slo), state in seen.alerts.items():
        known = (alert, slo) in before or scenario.expected(alert, slo)
        if state == "firing" and not known:
            of = f" of {slo}" if slo else ""
            return Ending(endings.ALERT, f"{alert}{of} fires, which was not expected")
    return None


def breached(limits: Limits, seen: Seen, aftermath: float | None) -> Ending | None:
    """The service fails by itself: the page's rule, on events that nobody injected.

    A breaker that a fault has opened refuses on when the fault is over. That is not counted as
    injected, and no breach either: `aftermath` is when one was open last.
    """
    if aftermath is not None and seen.at - aftermath <= limits.forgets:
        return None
    for name, slo in seen.slos.items():
        long, short = slo.real_burns.get("1h"), slo.real_burns.get("5m")
        if budget.rule_fires(long, short, limits.page):
            reason = f"{name} burns at {long:.1f} without the faults"
            return Ending(endings.BREACH, reason)
    return None


def silent(
    seen: Seen, *, last_request: float | None, since: float | None = None
) -> Ending | None:
    """Nothing tells how the service is: no second was counted lately, or no request came.

    `last_request` is the epoch second of the last one; None: there were none before either.
    Silence before `since` (epoch) does not count: nobody was there who could have told.
    """
    if since is not None and seen.at - since <= SILENT:
        return None
    if seen.newest is None or seen.at - seen.newest - 1 > SILENT:
        age = (
            "ever" if seen.newest is None else f"for {seen.at - seen.newest - 1:.0f} s"
        )
        return Ending(endings.TELEMETRY, f"no sample has arrived {age}")
    if last_request is not None and seen.at - last_request - 1 > SILENT:
        quiet = f"no request has arrived for {seen.at - last_request - 1:.0f} s"
        return Ending(endings.TELEMETRY, quiet)
    return None


def absent(limits: Limits, *, attended: float | None, at: float) -> Ending | None:
    """The console that runs it was closed for too long; `attended` None: it needs none."""
    if attended is None or limits.absence is None or at - attended <= limits.absence:
        return None
    return Ending(
        endings.ABSENCE,
        f"the console that runs it was closed for {at - attended:.0f} s",
    )

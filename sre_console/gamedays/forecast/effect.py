"""What a fault does to the requests: how many it makes bad for each SLO, and how late they are.

Pure. By the formulas for retries, breaker and bulkhead, with the patterns as they are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sre_console.chaos.plan import FaultSpec
from sre_console.slo import capacity

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

# What a request takes without a fault, in seconds: an added delay comes on top of it.
TYPICAL = 0.02
_SLOW = 0.5  # of a retry's wait: the jitter may halve it
_DRAWS = 100  # points that stand for a delay drawn evenly from a range


@dataclass(frozen=True, slots=True)
class Defences:
    """The patterns between a request and its dependency, as they are in force."""

    slots: int  # requests at a time that a replica serves
    queue_wait: float  # seconds that a request waits for one of them
    attempts: int = 1  # tries of a call, the first included
    retry_base: float = 0.0  # seconds before the first of them
    retry_budget: float = 0.0  # retries for each call
    breaker_failures: int | None = None  # in a row that open the breaker; None: none do
    breaker_open: float = 0.0  # seconds until it lets a trial through
    kept: float = 0.0  # share of requests that it answers from what was kept meanwhile


@dataclass(frozen=True, slots=True)
class Dependency:
    """What a fault of the database does behind the patterns that are in force."""

    visible: float = 0.0  # share of requests that fail all the same
    load: float = 1.0  # calls for each request
    retried: float = 0.0  # share of requests that wait for a retry
    latency: float = 0.0  # seconds, of every call
    refused: float = 0.0  # share of requests that find no place
    breaker_opens: bool = False
    retry_wait: float = 0.0  # seconds at least that those wait
    queue_wait: float = (
        0.0  # seconds that a request waits for a place, if any is refused
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What a whole plan of faults does to the requests that arrive."""

    bad: Mapping[str, float] = field(default_factory=dict)  # ratio, by SLO
    failed: float = 0.0  # ratio of 5xx
    delay: float = 0.0  # seconds that they finish later, on average
    # Seconds that a request must have been held to be bad, by SLO: whoever is held when the
    # fault ends is answered then.
    held: Mapping[str, float] = field(default_factory=dict)
    breaker_opens: bool = False
    active: bool = False


def dependency(
    error_rate: float, latency: float, arrivals: float = 0, *, defences: Defences
) -> Dependency:
    """Foretell a fault of the dependency by the formulas for retries, breaker and bulkhead.

    Retries stop at their budget. Evenly paced failures come `failures` in a row from a
    rate of 1 - 1 / failures on; then the breaker opens, and nearly everything is refused.
    `arrivals` are requests a second and replica; each holds its place for the delay.
    """
    refused = capacity.refused_evenly(arrivals * (TYPICAL + latency), defences.slots)
    failures = defences.breaker_failures
    if failures is not None and error_rate > 1 - 1 / failures:
        return Dependency(
            visible=1 - defences.kept, load=0.0, latency=latency, breaker_opens=True
        )
    extra = defences.attempts - 1
    wanted = capacity.retry_load(error_rate, extra) - 1  # retries for each request
    granted = min(1.0, defences.retry_budget / wanted) if wanted > 0 else 0.0
    hidden = capacity.visible_error_ratio(error_rate, extra)
    return Dependency(
        visible=granted * hidden + (1 - granted) * error_rate,
        load=1 + granted * wanted,
        retried=granted * error_rate,
        latency=latency,
        refused=refused,
        retry_wait=defences.retry_base * _SLOW,
        queue_wait=defences.queue_wait,
    )


def bad_ratio(
    objective: Objective,
    *,
    error_rate: float,
    latency: float,
    behind: Dependency | None = None,
) -> float:
    """The share of requests that this fault makes bad; `latency` in seconds.

    The delay comes before the error, so both kinds are equally slow. Whatever fails at the edge
    never reaches the dependency `behind`.
    """
    behind = behind or Dependency()
    duration = TYPICAL + latency
    slow = duration + behind.latency
    waited = slow + behind.retry_wait
    passed = behind.visible * objective.bad(503, slow)
    passed += (1 - behind.visible - behind.retried) * objective.bad(200, slow)
    passed += behind.retried * objective.bad(200, waited)
    # Where some are refused the others have waited for their place, too.
    queued = behind.queue_wait + slow if behind.refused else slow
    passed = (1 - behind.refused) * max(passed, float(objective.bad(200, queued)))
    passed += behind.refused * objective.bad(503, behind.queue_wait)
    return error_rate * objective.bad(500, duration) + (1 - error_rate) * passed


def visible_ratio(error_rate: float, behind: Dependency) -> float:
    """The share of requests that are answered with a 5xx."""
    return 1 - (1 - error_rate) * (1 - behind.refused) * (1 - behind.visible)


def effect_of(
    spec: FaultSpec,
    objectives: Sequence[Objective],
    *,
    defences: Defences,
    arrivals: float = 0,
    reach: float = 1.0,
) -> Effect:
    """What the plan does to all requests; `reach` is the share of them that it is aimed at."""
    behind = dependency(
        spec.dependency_error_rate,
        spec.dependency_latency_ms / 1000,
        arrivals * reach,
        defences=defences,
    )
    if behind.breaker_opens:
        behind = replace(behind, latency=0.0)  # it refuses at once
    delays = _delays(spec)
    bad = {
        objective.name: reach
        * sum(
            share
            * bad_ratio(
                objective, error_rate=spec.error_rate, latency=delay, behind=behind
            )
            for delay, share in delays
        )
        for objective in objectives
    }
    mean = reach * (sum(delay * share for delay, share in delays) + behind.latency)
    return Effect(
        bad={slo: min(1.0, round(ratio, 12)) for slo, ratio in bad.items()},
        failed=reach * visible_ratio(spec.error_rate, behind),
        delay=mean,
        held={each.name: _held(each, mean) for each in objectives},
        breaker_opens=behind.breaker_opens and reach > 0,
        active=spec.active,
    )


def _delays(spec: FaultSpec) -> list[tuple[float, float]]:
    """The added delays in seconds, each with its share of the requests."""
    if not spec.latency_ms or not spec.latency_rate:
        return [(0.0, 1.0)]
    shares = [(0.0, 1 - spec.latency_rate)] if spec.latency_rate < 1 else []
    if not spec.jitter_ms:
        return [*shares, (spec.latency_ms / 1000, spec.latency_rate)]
    low = spec.latency_ms - spec.jitter_ms
    for step in range(_DRAWS):
        drawn = low + 2 * spec.jitter_ms * (step + 0.5) / _DRAWS
        shares.append((max(0.0, drawn) / 1000, spec.latency_rate / _DRAWS))
    return shares


def _held(objective: Objective, delay: float) -> float:
    """An error comes after the delay; slowness as soon as the limit is passed."""
    limit = objective.rule.bad_slower_than
    return delay if limit is None else min(delay, max(0.0, limit - TYPICAL))

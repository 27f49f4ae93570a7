"""The forecast of a scenario if it began now: with the traffic, the past and the patterns of now."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from ironclad.clock import Clock, clock
from sre_console.chaos.plan import SERVICE_PREFIX, FaultSpec
from sre_console.chaos.selectors import replicas_alive
from sre_console.gamedays.forecast.defences import defences_in_force
from sre_console.gamedays.forecast.effect import Effect, effect_of
from sre_console.gamedays.forecast.forecast import Forecast, RateFrom
from sre_console.gamedays.forecast.history import history_read, rate_seen
from sre_console.gamedays.forecast.prediction import foretell
from sre_console.gamedays.forecast.staging import Setting, Staging
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.incidents.catalogue import catalogue
from sre_console.slo.objectives import objectives
from sre_console.slo.windows import WINDOWS, wall
from sre_console.traffic.mix import SHARES, Kind
from sre_console.traffic.selectors import rate_asked

_NEAR = 0.02  # share by which what is seen may differ from what the traffic is set to
_EVERY = sum(SHARES.values())
_METHODS = {
    Kind.LIST: {"GET": 1.0},
    Kind.GET: {"GET": 1.0},
    Kind.SEARCH: {"GET": 1.0},
    Kind.CREATE: {"POST": 1.0},
    Kind.UPDATE: {"PATCH": 0.5, "PUT": 0.5},
    Kind.DELETE: {"DELETE": 1.0},
}
_KEPT = (Kind.LIST, Kind.SEARCH)  # told again while the breaker is open


def forecast_of(
    scenario: Scenario, *, speed: float, scale: float, by: Clock = clock
) -> Forecast:
    """What the scenario will do from now on; a fixed number of queries.

    `rate_from` says whether the traffic was seen, is what the built-in traffic is set to, or
    is unknown: then there is none, and nothing is foretold but times.
    """
    rate, source = _rate()
    longest = scenario.longest(scale=scale, speed=speed)
    history = history_read(longest + wall(WINDOWS["6h"], scale), scale=scale, by=by)
    built_in = rate_asked() > 0
    defences = replace(defences_in_force(), kept=_kept() if built_in else 0.0)
    arrivals = rate / max(replicas_alive(), 1)

    def effect(spec: FaultSpec) -> Effect:
        return effect_of(
            spec,
            objectives(),
            defences=defences,
            arrivals=arrivals,
            reach=_reach(spec) if built_in else 1.0,
        )

    setting = Setting(
        history=history,
        rate=rate,
        objectives=objectives(),
        catalogue=catalogue(),
        scale=scale,
        speed=speed,
        defences=defences,
        effect=effect,
        refused=effect(FaultSpec(dependency_error_rate=1)),
    )
    found = foretell(
        Staging(scenario, setting).stages(),
        history,
        rate=rate,
        objectives=setting.objectives,
        catalogue=setting.catalogue,
        scale=scale,
    )
    return replace(found, rate_from=source)


def _rate() -> tuple[float, RateFrom]:
    """Requests a wall second. The built-in traffic keeps its rate: what is seen only wavers."""
    seen, asked = rate_seen(), rate_asked()
    if not seen:
        return (asked, "setting") if asked > 0 else (0.0, "none")
    near = abs(seen - asked) <= _NEAR * asked
    return (asked if near else seen), "seen"


def _reach(spec: FaultSpec) -> float:
    """The share of the built-in traffic that the plan is aimed at.

    A path below all users is asked for by few of its requests.
    """
    if spec.path_prefix != SERVICE_PREFIX:
        return 0.0
    if not spec.methods:
        return 1.0
    aimed = sum(
        SHARES[kind] * share
        for kind, methods in _METHODS.items()
        for method, share in methods.items()
        if method in spec.methods
    )
    return aimed / _EVERY


def _kept() -> float:
    """The share of the built-in traffic that has been answered before."""
    return (
        sum(SHARES[kind] for kind in _KEPT) / _EVERY if settings.DEGRADED_AGE else 0.0
    )

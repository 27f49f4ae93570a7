"""What a scenario's page is given: what will happen, within which bounds, and what it will cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from sre_console.gamedays.scenarios.scenario import Scenario, Step
from sre_console.gamedays.telling.wording import fault_words, text
from sre_console.pages import game_day_words as words
from sre_console.pages.incident_models import Mark, severity_mark
from sre_console.pages.incident_words import DASH, lasted
from sre_console.pages.probe_words import check_words, probe_words

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Planned:
    """One step that is to come."""

    title: str
    does: str
    time: str
    note: str
    checks: tuple[tuple[str, str, str], ...]  # title, when and what, weight


@dataclass(frozen=True, slots=True)
class AlertToCome:
    name: str
    severity: Mark
    after: str  # of the step's start
    step: int  # counted from 1
    clears: str
    expected: bool  # another one stops the run


@dataclass(frozen=True, slots=True)
class Spends:
    """What one SLO's budget is foretold to lose."""

    slo: str
    bad: str
    spent: str
    left: str
    worst: bool


@dataclass(frozen=True, slots=True)
class Foretold:
    lasts: str
    rate: str
    alerts: tuple[AlertToCome, ...]
    spends: tuple[Spends, ...]
    exhausts: str  # empty: not while it runs
    short: bool  # the history is short


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scenario in words."""

    name: str
    title: str
    what: str
    hypothesis: str
    clock: str
    lasts: str
    steps: tuple[Planned, ...]
    steady: tuple[tuple[str, str], ...]  # title, probe
    stops: tuple[tuple[str, str], ...]
    rollbacks: tuple[str, ...]
    expects: tuple[str, ...]
    checks: int
    interruption: str


def sheet_of(scenario: Scenario, *, speed: float) -> Sheet:
    scale = settings.CLOCK_SCALE

    def wall(seconds: float) -> float:
        return scenario.wall(seconds, scale=scale, speed=speed)

    return Sheet(
        name=scenario.name,
        title=text(scenario.title),
        what=text(scenario.description),
        hypothesis=text(scenario.hypothesis),
        clock=_clock(scenario, scale, speed),
        lasts=lasted(scenario.longest(scale=scale, speed=speed)),
        steps=tuple(_planned(step, wall) for step in scenario.steps),
        steady=tuple(
            (text(each.title), probe_words(each.probe))
            for each in scenario.steady_state
        ),
        stops=tuple(
            (text(each.title), probe_words(each.probe)) for each in scenario.stop_when
        ),
        rollbacks=tuple(text(step.title) for step in scenario.rollbacks),
        expects=tuple(
            f"{each.alert} ({each.slo})" if each.slo else each.alert
            for each in scenario.expects
        ),
        checks=len(scenario.checks),
        interruption=_("goes on")
        if scenario.on_interruption == "continue"
        else _("is over, and every fault ends"),
    )


def _clock(scenario: Scenario, scale: float, speed: float) -> str:
    parts = []
    if scenario.clock == "slo" and scale != 1:
        parts.append(_("1 min here is {n} min of SLO time").format(n=f"{scale:g}"))
    elif scenario.clock == "wall":
        parts.append(_("its seconds are real seconds"))
    if speed != 1:
        parts.append(_("at {n} times its speed").format(n=f"{speed:g}"))
    return ", ".join(parts)


def _planned(step: Step, wall: Any) -> Planned:
    within = "" if step.within is None else lasted(wall(step.within))
    title, does = text(step.title), _does(step, within)
    return Planned(
        title=title,
        does="" if does == title else does,  # said once is enough
        time=_time(step, wall, within),
        note=text(step.note),
        checks=tuple(
            (
                text(check.title),
                check_words(check, None if check.within is None else wall(check.within)),
                "" if check.weight == 1 else _("counts {n}×").format(n=f"{check.weight:g}"),  # noqa: RUF001
            )
            for check in step.checks
        ),
    )  # fmt: skip


def _time(step: Step, wall: Any, within: str) -> str:
    if step.wait is None:
        return lasted(wall(step.seconds)) if step.seconds else DASH
    said = _("at most {time}").format(time=within)
    return f"{said} + {lasted(wall(step.seconds))}" if step.seconds else said


def _does(step: Step, within: str) -> str:
    if step.fault is not None:
        return fault_words(step.fault)
    if step.ramp is not None:
        begin, end = (fault_words(spec) for spec in (step.ramp.begin, step.ramp.end))
        said = _("from {begin} to {end} in {n} parts")
        return said.format(begin=begin, end=end, n=step.ramp.parts)
    if step.wait is not None:
        said = _("waits until {what}, for {time} at most")
        return said.format(what=probe_words(step.wait), time=within)
    if step.action is not None:
        return f"{step.action.method} {step.action.path}"
    return ""


def foretold_of(forecast: Json, scenario: Scenario) -> Foretold:
    bad: Mapping[str, float] = forecast["badEvents"]
    exhausts = forecast.get("exhaustsAfter")
    return Foretold(
        lasts=lasted(forecast["seconds"]),
        rate=f"{forecast['rate']:g}",
        alerts=tuple(_alerts(forecast.get("alerts") or (), scenario)),
        spends=tuple(
            Spends(
                slo=slo,
                bad=words.count(count),
                spent=words.percent(forecast["budgetSpentRatio"].get(slo), 2),
                left=words.percent((forecast.get("budgetLeftRatio") or {}).get(slo)),
                worst=slo == forecast.get("worst"),
            )
            for slo, count in bad.items()
        ),
        exhausts="" if exhausts is None else lasted(exhausts),
        short=bool(forecast.get("historyShort")),
    )


def _alerts(alerts: Sequence[Json], scenario: Scenario) -> Iterable[AlertToCome]:
    for one in alerts:
        name, slo = str(one["name"]), one.get("slo")
        clears = one.get("clearsAfter")
        yield AlertToCome(
            name=f"{name} ({slo})" if slo else name,
            severity=severity_mark(one["severity"]),
            after=words.exact(one.get("sinceStep")),
            step=int(one["step"]) + 1,
            clears=DASH if clears is None else words.clock(clears),
            expected=scenario.expected(name, slo),
        )

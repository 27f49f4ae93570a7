"""The tables of a report: its figures, checks, steps and budgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from sre_console.gamedays.course.course import AFTER, STEADY, Standing
from sre_console.gamedays.outcome.aftermath import standings_of
from sre_console.gamedays.outcome.amounts import DASH, count, percent, took
from sre_console.gamedays.outcome.recorded import began_of, scenario_of, steps_of
from sre_console.gamedays.outcome.scoring import Score, scored
from sre_console.gamedays.scenarios.scenario import Check, Scenario
from sre_console.gamedays.telling.wording import (
    Mark,
    check_mark,
    mode_words,
    step_faults,
    step_word,
    text,
)
from sre_console.models import GameDay
from sre_console.slo import lookup
from sre_console.slo.objectives import objectives

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What every part of a report looks at."""

    row: GameDay
    scenario: Scenario
    standings: tuple[Standing, ...]
    titles: Mapping[str, str]  # of the checks, by id
    score: Score

    @property
    def outcome(self) -> Stored:
        return cast("Stored", self.row.outcome)

    @property
    def forecast(self) -> Stored:
        return cast("Stored", self.row.forecast)

    @property
    def seconds(self) -> float:
        """That it lasted."""
        began = began_of(self.row)
        return ((self.row.ended_at or began) - began).total_seconds()

    def wall(self, seconds: float | None) -> float | None:
        if seconds is None:
            return None
        return self.scenario.wall(seconds, scale=self.row.scale, speed=self.row.speed)


@dataclass(frozen=True, slots=True)
class Fact:
    term: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    id: str
    where: str
    title: str
    when: str
    weight: str
    mark: Mark
    got: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class StepRow:
    number: int
    title: str
    faults: str
    achieved: str
    began: datetime | None
    lasted: str
    state: str


@dataclass(frozen=True, slots=True)
class BudgetRow:
    slo: str
    target: str
    bad: str  # of how many
    spent: str
    left: str
    real_bad: str
    charged: str


def read(row: GameDay) -> Facts:
    scenario, standings = scenario_of(row), tuple(standings_of(row))
    titles = {each.id: text(_titled(scenario, each)) for each in standings}
    return Facts(row, scenario, standings, titles, scored(scenario, standings))


def _titled(scenario: Scenario, standing: Standing) -> Mapping[str, str] | None:
    """What a step waits or asks for has the step's own title."""
    if check := _check(scenario, standing.id):
        return check.title
    where, _dot, number = standing.id.partition(".")
    of: tuple[Any, ...] = scenario.steps
    index = where
    if where in {STEADY, AFTER}:
        of, index = scenario.steady_state, number
    known = index.isdecimal() and int(index) < len(of)
    return of[int(index)].title if known else None


def _check(scenario: Scenario, id_: str) -> Check | None:
    return next((each for each in scenario.checks if each.id == id_), None)


def facts(given: Facts) -> Iterator[Fact]:
    """The figures that come first."""
    outcome = given.outcome
    mine: Stored = outcome.get("bySlo", {}).get(outcome.get("worst"), {})
    note = _("of {n} requests ({slo})").format(
        n=count(outcome.get("totalEvents")), slo=_slo(outcome)
    )
    yield Fact(_("Failed on purpose"), count(mine.get("exerciseBad")), note)
    spent = _("of the error budget of {slo}").format(slo=_slo(outcome))
    yield Fact(_("Allowance spent"), percent(outcome.get("budgetSpentRatio")), spent)
    yield Fact(
        _("Time to detect"),
        took(outcome.get("ttd")),
        _("fault to first page or incident"),
    )
    yield Fact(_("Time to mitigate"), took(outcome.get("ttm")), _("fault to its end"))
    yield Fact(
        _("Time to resolve"),
        took(outcome.get("ttr")),
        _("fault to the last urgent alert's end"),
    )
    yield Fact(_("Score"), percent(given.score.ratio, 0), score(given))


def _slo(outcome: Stored) -> str:
    return str(outcome.get("worst") or DASH)


def score(given: Facts) -> str:
    """How the score came to be."""
    counts = given.score
    every = counts.passed + counts.failed + counts.not_reached
    if not every:
        return _("there were no checks")
    said = _("{passed} of {every} checks passed").format(
        passed=counts.passed, every=every
    )
    if counts.not_reached:
        more = _("{n} not reached, counted as not passed").format(n=counts.not_reached)
        said = f"{said}, {more}"
    return said


def checks(given: Facts) -> Iterator[CheckRow]:
    where = {STEADY: _("before the start"), AFTER: _("after the end")}
    for standing in given.standings:
        check = _check(given.scenario, standing.id)
        step = standing.step
        when = (
            _("at once")
            if check is None
            else mode_words(check.mode, given.wall(check.within), check.within)
        )
        yield CheckRow(
            id=standing.id,
            where=str(step + 1) if isinstance(step, int) else where[step],
            title=given.titles[standing.id],
            when=when,
            weight=f"{check.weight:g}" if check else DASH,
            mark=check_mark(standing.state),
            got=standing.got or DASH,
            at=None if standing.at is None else lookup.moment(standing.at),
        )


def steps(given: Facts) -> Iterator[StepRow]:
    begun = {each.step: each for each in steps_of(given.row)}
    states: Stored = given.row.cursor.get("step_states", {})
    achieved = {each["step"]: each for each in given.outcome.get("achieved", [])}
    for index, step in enumerate(given.scenario.steps):
        mine = begun.get(index)
        ended = given.row.ended_at.timestamp() if given.row.ended_at else None
        over = None if mine is None else mine.ended or ended
        lasted = over - mine.at if mine and over else None
        yield StepRow(
            number=index + 1,
            title=text(step.title),
            faults=step_faults(step),
            achieved=_achieved(achieved.get(index)),
            began=None if mine is None else lookup.moment(mine.at),
            lasted=took(lasted),
            state=step_word(states.get(str(index), "done" if mine else "")),
        )


def in_order(slos: Iterable[str]) -> list[str]:
    """As the console shows them: what was kept as JSON has lost its order."""
    known = [o.name for o in objectives()]
    return sorted(
        slos, key=lambda slo: known.index(slo) if slo in known else len(known)
    )


def _achieved(found: Stored | None) -> str:
    """What was injected, of the requests that the faults were meant for."""
    if found is None or not found.get("requests"):
        return DASH
    of = _("of {n} requests").format(n=count(found["requests"]))
    said = []
    if found.get("errors"):
        said.append(_("{n} errors").format(n=percent(found["errorRate"])))
    if found.get("delayed"):
        said.append(_("{n} delayed").format(n=percent(found["delayed"])))
    if found.get("dependencyErrors"):
        said.append(_("{n} database errors").format(n=count(found["dependencyErrors"])))
    return f"{', '.join(said) or _('nothing')} {of}"


def budgets(outcome: Stored) -> Iterator[BudgetRow]:
    """Both ledgers of each SLO."""
    targets = {o.name: o.target for o in objectives()}
    slos: Stored = outcome.get("bySlo", {})
    for slo in in_order(slos):
        found = slos[slo]
        real = found["total"] - found.get("exerciseTotal", 0)
        yield BudgetRow(
            slo=slo,
            target=percent(targets.get(slo), 3),
            bad=f"{count(found['badEvents'])} / {count(found['total'])}",
            spent=percent(found["budgetSpentRatio"]),
            left=percent(found.get("budgetLeftRatio")),
            real_bad=f"{count(found['badEvents'] - found['exerciseBad'])} / {count(real)}",
            charged=percent(found["budgetSpentWithoutExercises"]),
        )

"""The rules as a Prometheus rule file, for one clock scale.

Windows, `for` and the evaluation interval are divided by the scale; thresholds stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import yaml

from sre_console.incidents import signals, wording
from sre_console.incidents.rules import AlertRule, Burn, Catalogue, Limit
from sre_console.slo import promql
from sre_console.slo.budget import SLACK
from sre_console.slo.promql import duration
from sre_console.slo.recorded import (
    EVENTS,
    EXERCISES,
    HELD,
    INTERVAL,
    PERIOD_INTERVAL,
    RATIO,
)
from sre_console.slo.windows import WINDOWS

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

HEADER = """\
# Made from deploy/slo by `make rules`; a test fails when it is stale. Change it there.
"""
_OPERATORS = {"above": ">", "below": "<", "atMost": "<="}


def rule_file(
    objectives: Sequence[Objective], catalogue: Catalogue, *, scale: float, console: str
) -> str:
    """The whole file as YAML; `console` is where the runbooks' pages are."""
    file = _File(objectives, catalogue, scale, console)
    text: str = yaml.dump(file.whole(), Dumper=_Indented, sort_keys=False, width=80)
    return HEADER + text


class _Indented(yaml.SafeDumper):
    """Lists stand under their name, not beside it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        del indentless
        super().increase_indent(flow, False)  # noqa: FBT003


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None  # expressions keep their lines
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Indented.add_representer(str, _text)


class _File:
    def __init__(
        self,
        objectives: Sequence[Objective],
        catalogue: Catalogue,
        scale: float,
        console: str,
    ) -> None:
        self.objectives, self.catalogue = objectives, catalogue
        self.scale, self.console = scale, console.rstrip("/")

    def whole(self) -> dict[str, object]:
        interval = max(timedelta(seconds=1), INTERVAL / self.scale)
        records = [*self._ratios(), *self._events()]
        alerts = list(self._alerts())
        slow = max(timedelta(seconds=1), PERIOD_INTERVAL / self.scale)
        # One group: what is recorded is judged in the same evaluation.
        judged = {"name": "ironclad", "interval": duration(interval)}
        # These look at a whole SLO period each time, so they are taken less often.
        budgets = {"name": "ironclad-budgets", "interval": duration(slow)}
        return {
            "groups": [
                {**judged, "rules": records + alerts},
                {**budgets, "rules": list(self._budgets())},
            ]
        }

    def _span(self, window: str) -> str:
        return duration(WINDOWS[window], self.scale)

    def _ratios(self) -> list[dict[str, object]]:
        return [
            {
                "record": f"{RATIO}{window}",
                "labels": {"slo": objective.name},
                "expr": promql.error_ratio(objective, self._span(window)),
            }
            for objective in self.objectives
            for window in WINDOWS
        ]

    def _events(self) -> list[dict[str, object]]:
        used = {rule.condition.window for rule in self.catalogue.rules} | {"1h"}
        return [
            {"record": _held(window), "expr": promql.events(self._span(window))}
            for window in WINDOWS
            if window in used
        ]

    def _budgets(self) -> Iterator[dict[str, object]]:
        for objective in self.objectives:
            slo, period = objective.name, duration(objective.window)
            held = duration(objective.window, self.scale)
            hour = self._span("1h")
            yield from self._counts(
                f"{EVENTS}:increase{period}",
                slo,
                total=promql.events(held),
                bad=promql.bad_events(objective, held),
            )
            events = f'{EVENTS}:increase{period}{{slo="{slo}"'
            yield {
                "record": f"{RATIO}{period}",
                "labels": {"slo": slo},
                "expr": f'{events}, outcome="bad"}}\n'
                f'/ ignoring (outcome) {events}, outcome="total"}}',
            }
            for name, span in (("1h", hour), (period, held)):
                yield from self._counts(
                    f"{EXERCISES}:increase{name}",
                    slo,
                    total=promql.exercise_events(slo, span, bad=False),
                    bad=promql.exercise_events(slo, span, bad=True),
                )

    @staticmethod
    def _counts(
        record: str, slo: str, *, total: str, bad: str
    ) -> Iterator[dict[str, object]]:
        for outcome, expression in (("total", total), ("bad", bad)):
            yield {
                "record": record,
                "labels": {"slo": slo, "outcome": outcome},
                "expr": expression,
            }

    def _alerts(self) -> list[dict[str, object]]:
        made: dict[str, dict[str, object]] = {}
        for rule in self.catalogue.rules:
            condition = rule.condition
            if isinstance(condition, Burn):
                made[f"{rule.name} {rule.slo}"] = self._alert(
                    rule, self._burn(rule, condition), {"slo": rule.slo or ""}
                )
            elif rule.name not in made:  # one rule has the series of every SLO
                made[rule.name] = self._alert(rule, self._limit(condition), {})
        return list(made.values())

    def _alert(
        self, rule: AlertRule, expression: str, labels: dict[str, str]
    ) -> dict[str, object]:
        alert: dict[str, object] = {"alert": rule.name, "expr": expression}
        if rule.hold:
            alert["for"] = duration(rule.hold, self.scale)
        if rule.keep:
            alert["keep_firing_for"] = duration(rule.keep, self.scale)
        alert["labels"] = {**labels, "severity": rule.severity, "service": rule.service}
        alert["annotations"] = {
            "summary": wording.for_prometheus(rule.summary, rule),
            "description": wording.for_prometheus(rule.description, rule),
            "runbook_url": f"{self.console}/console/runbooks/{rule.runbook}",
        }
        return alert

    def _burn(self, rule: AlertRule, condition: Burn) -> str:
        objective = next(o for o in self.objectives if o.name == rule.slo)
        over = [
            f'({RATIO}{window}{{slo="{rule.slo}"}}'
            f" / {objective.budget!r} > {condition.threshold * SLACK!r})"
            for window in (condition.long, condition.short)
        ]
        enough = f"({_held(condition.long)} >= {self.catalogue.minimum_events})"
        return f"{over[0]}\nand {over[1]}\nand on () {enough}"

    def _limit(self, condition: Limit) -> str:
        signal = signals.SIGNALS[condition.signal]
        window, least = condition.window, self.catalogue.minimum_events
        limit = f"{_OPERATORS[condition.comparison]} {condition.threshold!r}"
        if window is None:
            return f"{signal.query('')} {limit}"
        if condition.signal == "requests":
            usual = signals.usual_events(WINDOWS[window], least)
            return f"{_held(window)} {limit}\nand on () ({_held('1h')} >= {usual})"
        enough = f"({_held(window)} >= {least})"
        return f"({signal.query(self._span(window))} {limit})\nand on () {enough}"


def _held(window: str) -> str:
    """The record of how many events a window holds."""
    return f"{HELD}{window}"

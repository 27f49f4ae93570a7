"""The rules as a Prometheus rule file, for one clock scale.

Windows, `for` and the evaluation interval are divided by the scale; thresholds stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import yaml

from sre_console.incidents import signals, wording
from sre_console.incidents.rules import AlertRule, Burn, Catalogue, Limit
from sre_console.slo.budget import SLACK
from sre_console.slo.windows import WINDOWS

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

HEADER = """\
# Made from deploy/slo by `make rules`; a test fails when it is stale. Change it there.
"""
_INTERVAL = timedelta(seconds=30)
_MOST = 599  # statuses end there
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
_OPERATORS = {"above": ">", "below": "<", "atMost": "<="}


def rule_file(
    objectives: Sequence[Objective], catalogue: Catalogue, *, scale: float, console: str
) -> str:
    """The whole file as YAML; `console` is where the runbooks' pages are."""
    file = _File(objectives, catalogue, scale, console)
    text: str = yaml.dump(file.whole(), Dumper=_Indented, sort_keys=False, width=80)
    return HEADER + text


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
        interval = max(timedelta(seconds=1), _INTERVAL / self.scale)
        records = [*self._ratios(), *self._events()]
        alerts = list(self._alerts())
        # One group: what is recorded is judged in the same evaluation.
        group = {"name": "ironclad", "interval": duration(interval)}
        return {"groups": [{**group, "rules": records + alerts}]}

    def _span(self, window: str) -> str:
        return duration(WINDOWS[window], self.scale)

    def _ratios(self) -> list[dict[str, object]]:
        used = {
            window
            for rule in self.catalogue.rules
            if isinstance(rule.condition, Burn)
            for window in (rule.condition.long, rule.condition.short)
        }
        return [
            {
                "record": f"slo:sli_error:ratio_rate{window}",
                "labels": {"slo": objective.name},
                "expr": self._bad(objective, self._span(window)),
            }
            for objective in self.objectives
            for window in WINDOWS
            if window in used
        ]

    def _bad(self, objective: Objective, span: str) -> str:
        rule = objective.rule
        if rule.bad_status_from is not None:
            pattern = statuses_from(rule.bad_status_from)
            return signals.bad_ratio(f'status=~"{pattern}"', span)
        assert rule.bad_slower_than is not None  # noqa: S101 - one of the two is there
        return signals.slow_ratio(rule.bad_slower_than, span)

    def _events(self) -> list[dict[str, object]]:
        used = {rule.condition.window for rule in self.catalogue.rules} | {"1h"}
        return [
            {"record": _held(window), "expr": signals.events(self._span(window))}
            for window in WINDOWS
            if window in used
        ]

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
            f'(slo:sli_error:ratio_rate{window}{{slo="{rule.slo}"}}'
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
    return f"sli:events:increase{window}"

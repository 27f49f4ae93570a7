"""A run of the rules at scale 1, for promtool: steady traffic, a fault, the time after it.

Counters step every 30 s, as often as rules are evaluated, and the fault begins on such a step:
a rate over any window is then exact, and what the formulas say is seen at the first evaluation
that is not before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.stack.tools import MONITORING, well

EVERY = 30  # seconds between evaluations at scale 1
RATE = 50  # requests a second
# Of the real buckets those that are needed: rules at scale 1 take their time.
_EDGES = (0.025, 0.5, 1.0, math.inf)
_ROUTE = 'job="kubernetes-pods",app="backend",pod="backend-0",route="/api/users"'


@dataclass
class Stage:
    """Seconds of healthy history, of a fault that fails or slows a share, and after it."""

    history: int
    lasts: int
    errors: float = 0.0
    slow: float = 0.0
    after: int = 0
    every: int = EVERY
    checks: list[dict[str, Any]] = field(default_factory=list)

    def fires(
        self, alert: str, slo: str | None, *, first: float, hold: int = 0
    ) -> None:
        """It is true at the first evaluation later than `first` seconds into the fault.

        It fires when it has been for `hold` seconds.
        """
        at = self.evaluation_after(first) + hold
        self._check(alert, slo, at - self.every, firing=False)
        self._check(alert, slo, at, firing=True)

    def clears(self, alert: str, slo: str | None, *, first: float) -> None:
        """It is over at the first evaluation not before `first` seconds after the fault."""
        at = self.lasts + math.ceil(round(first / self.every, 9)) * self.every
        self._check(alert, slo, at - self.every, firing=True)
        self._check(alert, slo, at, firing=False)

    def never(self, alert: str, slo: str | None) -> None:
        """It fires at no evaluation of the whole run."""
        whole = self.history + self.lasts + self.after
        selector = _firing(alert, slo)
        expression = f"max_over_time({selector}[{whole}s])"
        self.checks.append({"expr": expression, "eval_time": f"{whole}s"})

    def evaluation_after(self, seconds: float) -> int:
        """Strictly after: a burn that sits on its threshold does not fire."""
        return (math.floor(round(seconds / self.every, 9)) + 1) * self.every

    def prove(self, folder: Path, *, without: tuple[str, ...] = ()) -> None:
        """Raises AssertionError with promtool's words where it is otherwise.

        `without` names windows whose rules are left out: those take most of the time.
        """
        rules = folder / "rules.yaml"
        rules.write_text(_stored(without))
        test = {
            "rule_files": [str(rules)],
            "evaluation_interval": f"{self.every}s",
            "tests": [
                {
                    "interval": f"{self.every}s",
                    "input_series": self._series(),
                    "promql_expr_test": self.checks,
                }
            ],
        }
        path = folder / "rules.test.yaml"
        path.write_text(yaml.safe_dump(test))
        assert self.checks
        well("promtool", "test", "rules", path)

    def _check(self, alert: str, slo: str | None, into: float, *, firing: bool) -> None:
        expected = [{"labels": "{}", "value": 1}] if firing else []
        self.checks.append(
            {
                "expr": f"max({_firing(alert, slo)})",
                "eval_time": f"{self.history + into:g}s",
                "exp_samples": expected,
            }
        )

    def _series(self) -> list[dict[str, str]]:
        total = {'status="200"': 1 - self.errors, 'status="500"': self.errors}
        healthy = {'status="200"': 1.0, 'status="500"': 0.0}
        series = [
            self._counter(f'http_requests_total{{{_ROUTE},method="GET",{status}}}',
                          healthy[status], share)
            for status, share in total.items()
        ]  # fmt: skip
        name = "http_request_duration_seconds"
        labels = f'{_ROUTE},method="GET"'
        for edge in _EDGES:
            le = "+Inf" if math.isinf(edge) else repr(float(edge))
            # Usual requests take up to 25 ms; slow ones 700 ms more, so up to 2.5 s.
            usual, slowed = float(edge >= 0.025), float(edge >= 1)
            share = (1 - self.slow) * usual + self.slow * slowed
            metric = f'{name}_bucket{{{labels},le="{le}"}}'
            series.append(self._counter(metric, usual, share))
        series.append(self._counter(f"{name}_count{{{labels}}}", 1, 1))
        return series

    def _counter(self, metric: str, healthy: float, faulty: float) -> dict[str, str]:
        """In promtool's notation, where `a+bxn` is a and n more."""
        last, parts = 0, ["0"]
        for share, seconds in (
            (healthy, self.history),
            (faulty, self.lasts),
            (healthy, self.after),
        ):
            step, count = round(share * RATE * self.every), seconds // self.every
            if count:
                parts.append(f"{last + step}+{step}x{count - 1}")
                last += step * count
        return {"series": metric, "values": " ".join(parts)}


def _firing(alert: str, slo: str | None) -> str:
    labels = f'alertname="{alert}",alertstate="firing"'
    return f'ALERTS{{{labels},slo="{slo}"}}' if slo else f"ALERTS{{{labels}}}"


def _stored(without: tuple[str, ...]) -> str:
    document = yaml.safe_load((MONITORING / "prometheus/rules.yaml").read_text())
    for group in document["groups"]:
        group["rules"] = [
            rule
            for rule in group["rules"]
            if not str(rule.get("record", rule.get("alert"))).endswith(without)
        ]
    text: str = yaml.safe_dump(document)
    return text

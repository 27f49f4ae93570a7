"""What Prometheus answers to a dashboard: every query with its series, values and past."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.stack.dashboards import fill, load, panels, variables
from tests.stack.fleet import Configured

_LABEL = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Span:
    """The time shown, in epoch seconds."""

    start: float
    end: float
    step: float = 2

    @property
    def built_in(self) -> dict[str, str]:
        """What Grafana would fill in for it, where scrapes are a second apart."""
        shown = round(self.end - self.start)
        return {
            "__range": f"{shown}s",
            "__rate_interval": "15s",
            "__interval": f"{self.step:g}s",
        }


def upto(end: float, since: float) -> Span:
    """Its last step is its end: what is asked for now is the last value of what was."""
    whole = Span(since, math.floor(end))
    steps = (whole.end - since) // whole.step
    return replace(whole, start=whole.end - steps * whole.step)


@dataclass(frozen=True, slots=True)
class Series:
    name: str  # by the legend
    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]  # seconds and values, without NaN

    @property
    def last(self) -> float:
        return self.points[-1][1] if self.points else math.nan

    @property
    def most(self) -> float:
        return max((value for _, value in self.points), default=math.nan)


@dataclass(frozen=True, slots=True)
class Answer:
    ref: str  # of the query within its panel
    expression: str  # as the file has it
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    spec: Mapping[str, Any]  # as the file has it
    answers: tuple[Answer, ...]

    @property
    def series(self) -> list[Series]:
        return [each for answer in self.answers for each in answer.series]


@dataclass(frozen=True, slots=True)
class Dashboard:
    name: str  # of its file
    spec: Mapping[str, Any]
    span: Span
    panels: tuple[Panel, ...]
    annotations: tuple[tuple[str, str, Answer], ...]  # name and colour


def ask(prometheus: Configured, name: str, span: Span) -> Dashboard:
    spec = load(name)
    values = {**variables(spec), **span.built_in}

    def answer(target: Mapping[str, Any], legend: str, *, instant: bool) -> Answer:
        query = fill(target["expr"], values)
        found = (
            _now(prometheus, query, span) if instant else _past(prometheus, query, span)
        )
        ref = target.get("refId", "")
        return Answer(ref, target["expr"], tuple(_series(one, legend) for one in found))

    shown = tuple(
        Panel(
            panel,
            tuple(
                answer(target, target["legendFormat"], instant=target["instant"])
                for target in panel["targets"]
            ),
        )
        for panel in panels(spec)
    )
    notes = tuple(
        (
            each["name"],
            each["iconColor"],
            answer(each, each["titleFormat"], instant=False),
        )
        for each in spec["annotations"]["list"]
    )
    return Dashboard(name, spec, span, shown, notes)


def _now(prometheus: Configured, query: str, span: Span) -> list[Any]:
    answer = prometheus.get("/api/v1/query", query=query, time=str(span.end))
    return [{**one, "values": [one["value"]]} for one in answer["data"]["result"]]


def _past(prometheus: Configured, query: str, span: Span) -> list[Any]:
    found: list[Any] = prometheus.get(
        "/api/v1/query_range",
        query=query,
        start=str(span.start),
        end=str(span.end),
        step=str(span.step),
    )["data"]["result"]
    return found


def _series(one: Mapping[str, Any], legend: str) -> Series:
    labels = one["metric"]
    points = ((float(at), float(value)) for at, value in one["values"])
    return Series(
        name=_LABEL.sub(lambda label: labels.get(label[1], ""), legend).strip(),
        labels=labels,
        points=tuple((at, value) for at, value in points if not math.isnan(value)),
    )

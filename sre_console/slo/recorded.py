"""What Prometheus has recorded of the SLOs: the names of its records, and how they are read.

The rules that record it are made by `manage.py prometheus_rules`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sre_console.slo.windows import WINDOWS

RATIO = "slo:sli_error:ratio_rate"  # + a window; {slo}
EVENTS = "slo:sli_events"  # + :increase and the SLO's period; {slo, outcome}
EXERCISES = "slo:sli_exercise_events"  # likewise, and over 1h
HELD = "sli:events:increase"  # + a window: events that it holds
INTERVAL = timedelta(seconds=30)  # between two evaluations of rules, before the scale
PERIOD_INTERVAL = timedelta(minutes=2)  # of those that look at a whole SLO period
# A record this many evaluations old has ended: there was nothing to record any more.
_ENDED = 2.5
_LOOK_BACK = timedelta(minutes=6)
_LEAST = 10  # seconds to look back

Series = tuple[str, str, str]  # record, SLO, outcome


class NotAnAnswer(ValueError):  # noqa: N818 - read as a sentence
    """What came is no answer of Prometheus'."""


@dataclass(frozen=True, slots=True)
class Count:
    total: float = 0.0
    bad: float = 0.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """Every SLO's figures at one moment, as they were recorded."""

    at: float  # epoch seconds of the newest evaluation
    values: Mapping[Series, float]

    def burn(self, slo: str, window: str, b: float) -> float | None:
        """The burn rate over a window; None: no events, or nothing recorded."""
        ratio = self.values.get((f"{RATIO}{window}", slo, ""))
        return None if ratio is None else min(max(ratio, 0.0), 1.0) / b

    def period(self, slo: str, period: str) -> Count:
        """The events of a whole SLO period."""
        return self._count(f"{EVENTS}:increase{period}", slo)

    def exercise(self, slo: str, window: str) -> Count:
        """Those that belong to exercises; over the period, or over 1h."""
        return self._count(f"{EXERCISES}:increase{window}", slo)

    def held(self, window: str) -> float:
        """Events that a window holds."""
        return self.values.get((f"{HELD}{window}", "", ""), 0.0)

    def _count(self, record: str, slo: str) -> Count:
        total = max(self.values.get((record, slo, "total"), 0.0), 0.0)
        bad = self.values.get((record, slo, "bad"), 0.0)
        return Count(total, min(max(bad, 0.0), total))


def interval(scale: float, step: timedelta = INTERVAL) -> float:
    """Wall seconds between two evaluations."""
    return max(1.0, step.total_seconds() / scale)


def query(scale: float) -> str:
    """PromQL for all of it, with the moments of its evaluation."""
    names = f"({RATIO}|{EVENTS}:increase|{EXERCISES}:increase|{HELD}).+"
    span = max(_LEAST, round(_LOOK_BACK.total_seconds() / scale))
    return f'{{__name__=~"{names}"}}[{span}s]'


def read(body: bytes, *, scale: float) -> Recorded | None:
    """The answer of /api/v1/query to `query`; None where nothing is recorded.

    Raises NotAnAnswer. Two servers that record the same may both be in it: the newest counts.
    """
    newest: dict[Series, tuple[float, float]] = {}
    for labels, values in _matrix(body):
        series = (
            labels.get("__name__", ""), labels.get("slo", ""), labels.get("outcome", ""),
        )  # fmt: skip
        if values and values[-1][0] > newest.get(series, (-math.inf, 0.0))[0]:
            newest[series] = values[-1]
    if not newest:
        return None
    at = max(moment for moment, _ in newest.values())
    found = {
        series: value
        for series, (moment, value) in newest.items()
        if math.isfinite(value) and at - moment <= _ENDED * _every(series[0], scale)
    }
    return Recorded(at, found)


def _every(record: str, scale: float) -> float:
    judged = any(record == f"{prefix}{w}" for prefix in (RATIO, HELD) for w in WINDOWS)
    return interval(scale, INTERVAL if judged else PERIOD_INTERVAL)


def scalars(body: bytes) -> dict[str, float]:
    """An instant vector whose series are told apart by the label `what`. Raises NotAnAnswer."""
    found = {}
    for each in _result(body, "vector"):
        with _reading():
            value = float(each["value"][1])
            what = str(each["metric"]["what"])
        if math.isfinite(value):
            found[what] = value
    return found


def _matrix(body: bytes) -> list[tuple[Mapping[str, str], list[tuple[float, float]]]]:
    result = _result(body, "matrix")
    with _reading():
        return [
            (
                {str(k): str(v) for k, v in dict(each["metric"]).items()},
                [(float(at), float(v)) for at, v in each["values"]],
            )
            for each in result
        ]


def _result(body: bytes, kind: str) -> list[Any]:
    with _reading():
        answer: Any = json.loads(body)
        told, data = answer["status"], answer.get("data") or {}
        result, is_kind = data.get("result"), data.get("resultType") == kind
    if told != "success" or not is_kind or not isinstance(result, list):
        message = f"{told}: {str(answer.get('error'))[:200]}"
        raise NotAnAnswer(message)
    return result


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise NotAnAnswer(type(error).__name__) from error

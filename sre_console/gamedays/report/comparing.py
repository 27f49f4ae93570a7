"""Two runs side by side: their figures, their checks, and whether they may be compared. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WITHIN = 0.01  # counts of two runs that repeat each other differ by no more
_ONE = 1.0  # an event more or less is no difference, however few there are

Json = dict[str, object]
Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """One check of one run."""

    id: str
    title: str
    state: str
    got: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two; `outcome` is what gamedays.outcome.outcome has measured."""

    id: int
    scenario: str
    digest: str
    seed: int
    speed: float
    scale: float
    state: str
    verdict: str | None
    score: float | None
    outcome: Stored
    checks: Sequence[Judged]


# What is compared: the key in an outcome, and whether it is a count of events.
FIGURES: dict[str, bool] = {
    "seconds": False,
    "rate": False,
    "totalEvents": True,
    "badEvents": True,
    "budgetSpentRatio": False,
    "ttd": False,
    "ttm": False,
    "ttr": False,
}


def compared(a: Side, b: Side) -> Json:
    """As JSON; a difference is b's minus a's, and null where one of them is not known."""
    counts = [*_counts(a, b)]
    return {
        "a": _brief(a),
        "b": _brief(b),
        "same": {
            "scenario": a.scenario == b.scenario,
            "document": a.digest == b.digest,
            "seed": a.seed == b.seed,
            "speed": a.speed == b.speed,
            "scale": a.scale == b.scale,
            "traffic": _agree(a.outcome.get("rate"), b.outcome.get("rate"), 0.0),
        },
        "figures": [
            *(_figure(name, a.outcome.get(name), b.outcome.get(name)) for name in FIGURES),
            _figure("score", a.score, b.score),
        ],
        "bySlo": {
            slo: [_figure(name, one, other) for name, one, other in rows]
            for slo, rows in _slos(a, b).items()
        },
        # None: there is nothing to hold against each other
        "countsAgree": all(_agree(*both) for both in counts) if counts else None,
        "checks": list(_checks(a.checks, b.checks)),
    }  # fmt: skip


def _brief(side: Side) -> Json:
    return {
        "id": side.id,
        "scenario": side.scenario,
        "state": side.state,
        "verdict": side.verdict,
        "seed": side.seed,
        "speed": side.speed,
        "scale": side.scale,
    }


def _figure(name: str, a: Any, b: Any) -> Json:
    known = _number(a) and _number(b)
    return {
        "name": name,
        "a": a,
        "b": b,
        "difference": b - a if known else None,
        "ratio": (b - a) / a if known and a else None,
    }


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _slos(a: Side, b: Side) -> dict[str, list[tuple[str, Any, Any]]]:
    mine, theirs = a.outcome.get("bySlo", {}), b.outcome.get("bySlo", {})
    names = (
        "badEvents",
        "exerciseBad",
        "budgetSpentRatio",
        "budgetSpentWithoutExercises",
    )
    return {
        slo: [
            (name, mine.get(slo, {}).get(name), theirs.get(slo, {}).get(name))
            for name in names
        ]
        for slo in dict.fromkeys([*mine, *theirs])
    }  # fmt: skip


def _counts(a: Side, b: Side) -> Iterator[tuple[Any, Any]]:
    """All that must agree where one run repeats the other."""
    pairs = [(a.outcome.get("totalEvents"), b.outcome.get("totalEvents"))]
    for rows in _slos(a, b).values():
        pairs += [(one, other) for name, one, other in rows if name == "badEvents"]
    yield from (pair for pair in pairs if _number(pair[0]) and _number(pair[1]))


def _agree(a: Any, b: Any, slack: float = _ONE) -> bool:
    if not (_number(a) and _number(b)):
        return False
    return bool(abs(b - a) <= max(slack, WITHIN * max(abs(a), abs(b))))


def _checks(a: Sequence[Judged], b: Sequence[Judged]) -> Iterator[Json]:
    """By id where the titles agree, else by title: a step may have been put in before it."""
    left = list(b)
    for mine in a:
        same = [each for each in left if each.title == mine.title]
        found = next((each for each in same if each.id == mine.id), None)
        theirs = found or (same[0] if same else None)
        if theirs is not None:
            left.remove(theirs)
        yield _pair(mine, theirs)
    yield from (_pair(None, each) for each in left)


def _pair(a: Judged | None, b: Judged | None) -> Json:
    either = a or b
    assert either is not None  # noqa: S101 - one of them is there
    return {
        "id": either.id,
        "title": either.title,
        "a": a and {"state": a.state, "got": a.got},
        "b": b and {"state": b.state, "got": b.got},
        "same": a is not None and b is not None and a.state == b.state,
    }

"""Which fault a drill hides: drawn from a table by a seed, so that a drill can be had again. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from sre_console.chaos.plan import FaultSpec

What = Literal["errors", "latency", "dependency-errors", "dependency-latency"]
Which = Literal["all", "some", "GET", "POST", "DELETE"]
Amount = Literal["low", "middle", "high"]

WHATS: tuple[What, ...] = (
    "errors", "latency", "dependency-errors", "dependency-latency",
)  # fmt: skip
# `some` is a share of all requests, whatever their method; errors always are such a share.
WHICHES: tuple[Which, ...] = ("all", "some", "GET", "POST", "DELETE")
AMOUNTS: tuple[Amount, ...] = ("low", "middle", "high")

# From where on an amount is middle, and from where on high: shares of the requests that are
# reached, or milliseconds.
BOUNDS: dict[What, tuple[float, float]] = {
    "errors": (0.05, 0.2),
    "latency": (400, 800),
    "dependency-errors": (0.4, 0.65),
    "dependency-latency": (400, 800),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the table: how to make such a fault."""

    name: str
    make: Callable[[Random], FaultSpec]


def _errors_few(dice: Random) -> FaultSpec:
    return FaultSpec(error_rate=dice.choice((0.01, 0.02, 0.03)))


def _errors_many(dice: Random) -> FaultSpec:
    return FaultSpec(error_rate=dice.choice((0.08, 0.12, 0.25)))


def _latency(dice: Random) -> FaultSpec:
    return FaultSpec(latency_ms=dice.choice((250, 600, 1000)))


def _latency_some(dice: Random) -> FaultSpec:
    middle = dice.choice((600, 1000, 1500))
    share = dice.choice((0.1, 0.2, 0.3))
    return FaultSpec(latency_ms=middle, jitter_ms=middle // 4, latency_rate=share)


def _dependency_errors(dice: Random) -> FaultSpec:
    return FaultSpec(dependency_error_rate=dice.choice((0.3, 0.5, 0.75)))


def _dependency_latency(dice: Random) -> FaultSpec:
    return FaultSpec(dependency_latency_ms=dice.choice((250, 600, 1000)))


def _one_method(dice: Random) -> FaultSpec:
    method = dice.choice(("GET", "POST", "DELETE"))
    rate = dice.choice((0.1, 0.15)) if method == "GET" else dice.choice((0.5, 1.0))
    return FaultSpec(error_rate=rate, methods=(method,))


KINDS: tuple[Kind, ...] = (
    Kind("errors-few", _errors_few),
    Kind("errors-many", _errors_many),
    Kind("latency", _latency),
    Kind("latency-some", _latency_some),
    Kind("dependency-errors", _dependency_errors),
    Kind("dependency-latency", _dependency_latency),
    Kind("one-method", _one_method),
)


def picked(seed: int) -> FaultSpec:
    """The fault of this seed; the same one whenever it is asked for."""
    dice = Random(seed)  # noqa: S311 - a game, and no secret hangs on it
    return dice.choice(KINDS).make(dice)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a fault is, as a player says it; `of` is the truth about one."""

    what: What
    amount: Amount
    which: Which

    @classmethod
    def of(cls, spec: FaultSpec) -> Diagnosis:
        what, size = _what(spec)
        low, high = BOUNDS[what]
        amount: Amount = "low" if size < low else "middle" if size < high else "high"
        return cls(what=what, amount=amount, which=_which(spec, what))


def _what(spec: FaultSpec) -> tuple[What, float]:
    if spec.dependency_error_rate:
        return "dependency-errors", spec.dependency_error_rate
    if spec.dependency_latency_ms:
        return "dependency-latency", spec.dependency_latency_ms
    if spec.latency_ms:
        return "latency", spec.latency_ms
    return "errors", spec.error_rate


def _which(spec: FaultSpec, what: What) -> Which:
    if spec.methods:
        return next(each for each in WHICHES if each == spec.methods[0])
    return "some" if what == "latency" and spec.latency_rate < 1 else "all"

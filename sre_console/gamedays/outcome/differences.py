"""Why a run went otherwise than its forecast: what can be told from the record. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "stopped_early", "interrupted", "traffic", "real_errors", "pattern", "manual",
    "history", "speed",
]  # fmt: skip
TRAFFIC = 0.01  # the share by which the rate may differ and nothing is said
_MOST = 10  # names that are listed

Detail = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    detail: Detail

    def json(self) -> dict[str, object]:
        return {"kind": self.kind, "text": text(self), "detail": dict(self.detail)}


@dataclass(frozen=True, slots=True)
class Ran:
    """What the record says of a run; durations in wall seconds."""

    seconds: float
    rate: float | None = None  # requests a second
    bad: Mapping[str, int] = field(default_factory=dict)  # by SLO
    # Of those the ones that no fault was injected into.
    real_bad: Mapping[str, int] = field(default_factory=dict)
    over: bool = True  # its steps came to their end
    speed: float = 1.0
    interruptions: Sequence[float] = ()  # how long each lasted
    patterns_off: Sequence[str] = ()
    breaker_opened: int = 0
    other_plans: Sequence[int] = ()  # versions that were in force and not the run's


def differences(forecast: Mapping[str, Any], ran: Ran) -> list[Difference]:
    """The gravest first; empty where nothing explains a difference."""
    return list(_found(forecast, ran))


def _found(forecast: Mapping[str, Any], ran: Ran) -> Iterable[Difference]:
    planned = forecast.get("seconds")
    if not ran.over and planned is not None and ran.seconds < planned:
        detail = {"seconds": ran.seconds, "planned": planned}
        yield Difference("stopped_early", detail)
    if ran.interruptions:
        away = {"times": len(ran.interruptions), "seconds": sum(ran.interruptions)}
        yield Difference("interrupted", away)
    assumed = forecast.get("rate")
    if assumed and ran.rate is not None and abs(ran.rate - assumed) > TRAFFIC * assumed:
        yield Difference("traffic", {"rate": ran.rate, "assumed": assumed})
    if real := _unforeseen(forecast.get("badEvents", {}), ran):
        yield Difference("real_errors", {"bad": real})
    if ran.patterns_off or ran.breaker_opened:
        off = list(ran.patterns_off)[:_MOST]
        yield Difference("pattern", {"off": off, "opened": ran.breaker_opened})
    if ran.other_plans:
        yield Difference("manual", {"versions": list(ran.other_plans)[:_MOST]})
    if forecast.get("historyShort"):
        yield Difference("history", {})
    if ran.speed != 1:
        yield Difference("speed", {"speed": ran.speed})


def _unforeseen(foretold: Mapping[str, Any], ran: Ran) -> dict[str, int]:
    """Real failures where there were more than foretold: an open breaker's refusals were."""
    return {
        slo: real
        for slo, real in ran.real_bad.items()
        if real > 0 and ran.bad.get(slo, real) > (1 + TRAFFIC) * foretold.get(slo, 0)
    }


def text(difference: Difference) -> str:
    """A sentence in English; a report says the same in its reader's language."""
    return sentence(difference.kind, difference.detail, _SENTENCES)


# What a report translates (gamedays.report_words): the values are filled in afterwards.
_SENTENCES: dict[str, str] = {
    "stopped_early": "It ended after {seconds} s instead of {planned} s: what was to come after that did not happen.",
    "interrupted": "It was interrupted {times} times, for {seconds} s in all.",
    "traffic": "There were {rate} requests a second; the forecast assumed {assumed}.",
    "real_errors": "Some requests failed though no fault was injected into them: {bad}.",
    "pattern": "Patterns changed what the faults did: {off}; a circuit breaker opened {opened} times.",
    "manual": "Faults were in force that the game day did not set: plan versions {versions}.",
    "history": "The history was shorter than the alerts' windows, so alerts fired sooner than in a full month.",
    "speed": "It ran at {speed} times the speed, and alert windows did not shrink with its steps.",
}


def sentence(kind: str, detail: Detail, sentences: Mapping[str, str]) -> str:
    filled = {name: _figure(value) for name, value in detail.items()}
    return sentences[kind].format(**filled)


def _figure(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {count:,}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none was off"
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)

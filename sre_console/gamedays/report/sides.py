"""Forecast and outcome side by side, and why they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import DASH, count, percent, signed, took
from sre_console.gamedays.outcome.differences import sentence
from sre_console.gamedays.report.parts import in_order

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    name: str
    forecast: str
    measured: str
    difference: str  # empty: there is nothing to compare


def compared(forecast: Stored, outcome: Stored) -> Iterator[Compared]:
    """Everything that was foretold; a dash where one side is not known."""
    yield _row(_("It lasted"), forecast.get("seconds"), outcome.get("seconds"), took)
    yield _row(
        _("Requests"), forecast.get("totalEvents"), outcome.get("totalEvents"), count
    )
    yield _row(_("Requests a second"), forecast.get("rate"), outcome.get("rate"), _rate)
    slos: Stored = outcome.get("bySlo", {})
    foretold: Stored = forecast.get("badEvents", {})
    for slo in in_order(dict.fromkeys([*foretold, *slos])):
        mine: Stored = slos.get(slo, {})
        asked, got = foretold.get(slo), mine.get("badEvents")
        if asked or got:
            name = _("Bad requests, {slo}").format(slo=slo)
            yield _row(name, asked, got, count)
            spent = forecast.get("budgetSpentRatio", {}).get(slo)
            name = _("Budget spent, {slo}").format(slo=slo)
            yield _row(name, spent, mine.get("budgetSpentRatio"), percent)
    yield from _alerts(forecast.get("alerts", []), outcome.get("alerts", []))


def _row(name: str, asked: Any, got: Any, shown: Any) -> Compared:
    known = isinstance(asked, int | float) and isinstance(got, int | float)
    difference = ""
    if known:
        off = got - asked
        same = shown(asked) == shown(got)
        difference = _("none") if same else signed(shown(abs(off)), off)
    return Compared(name, shown(asked), shown(got), difference)


def _rate(value: float | None) -> str:
    return DASH if value is None else f"{value:,.1f}".removesuffix(".0")


def _alerts(foretold: list[Stored], fired: list[Stored]) -> Iterator[Compared]:
    """Each alert with when it fired first; those that nobody foretold come last."""
    mine: dict[tuple[str, str | None], Stored] = {}
    for each in fired:
        mine.setdefault((each["name"], each["slo"]), each)
    seen: set[tuple[str, str | None]] = set()
    for each in foretold:
        key = each["name"], each["slo"]
        if key not in seen:
            seen.add(key)
            yield _alert(each, mine.get(key))
    for key, each in mine.items():
        if key not in seen:
            yield _alert(None, each)


def _alert(foretold: Stored | None, fired: Stored | None) -> Compared:
    either = foretold or fired or {}
    slo = f" ({either['slo']})" if either.get("slo") else ""
    name = _("{alert} fires").format(alert=f"{either.get('name')}{slo}")
    never = _("does not fire")
    difference = ""
    if foretold and fired:
        off = fired["firedAfter"] - foretold["firesAfter"]
        # from the same step on: what came before it may have taken longer
        if fired["step"] is not None and fired["step"] == foretold["step"]:
            off = fired["sinceStep"] - foretold["sinceStep"]
        difference = signed(took(abs(off)), off)
    return Compared(
        name,
        never if foretold is None else _since(foretold, foretold["firesAfter"]),
        never if fired is None else _since(fired, fired["firedAfter"]),
        difference,
    )


def _since(alert: Stored, after: float) -> str:
    if alert.get("step") is None or alert.get("sinceStep") is None:
        return _("after {time}").format(time=took(after))
    said = _("{time} into step {n}")
    return said.format(time=took(alert["sinceStep"]), n=alert["step"] + 1)


def explained(outcome: Stored) -> Iterator[str]:
    """The differences' sentences in the reader's language."""
    sentences = {
        "stopped_early": _("It ended after {seconds} s instead of {planned} s: what was to come after that did not happen."),
        "interrupted": _("It was interrupted {times} times, for {seconds} s in all."),
        "traffic": _("There were {rate} requests a second; the forecast assumed {assumed}."),
        "real_errors": _("Some requests failed though no fault was injected into them: {bad}."),
        "pattern": _("Patterns changed what the faults did: {off}; a circuit breaker opened {opened} times."),
        "manual": _("Faults were in force that the game day did not set: plan versions {versions}."),
        "history": _("The history was shorter than the alerts' windows, so alerts fired sooner than in a full month."),
        "speed": _("It ran at {speed} times the speed, and alert windows did not shrink with its steps."),
    }  # fmt: skip
    for each in outcome.get("differences", []):
        if each["kind"] in sentences:
            yield sentence(each["kind"], each["detail"], sentences)
        else:
            yield str(each.get("text", ""))
